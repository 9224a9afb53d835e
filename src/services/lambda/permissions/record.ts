import { type CompiledPolicy, compile } from "../../../policy/index.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import type { PermissionStatement } from "./statement.ts"

/** What a policy is of: a function as a whole, one of its versions or one of its aliases. */
export interface PolicyPlace {
  functionId: string
  /** A version's number or an alias; undefined of the function as a whole. */
  qualifier: string | undefined
}

const KIND = "lambda.policy"

const keyOf = ({ functionId, qualifier }: PolicyPlace): string => `${functionId}/${qualifier ?? ""}`

/** Its statements, users and roles by their unique ids; empty where it has none. */
export async function readStatements(
  tx: Reading,
  { functionId, qualifier }: PolicyPlace,
): Promise<PermissionStatement[]> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM lambda_policies WHERE function_id = $1 AND qualifier = $2",
    functionId,
    qualifier ?? "",
  )
  return row ? (JSON.parse(row.body) as PermissionStatement[]) : []
}

/** A policy without statements is none. */
export async function writeStatements(
  tx: Writing,
  place: PolicyPlace,
  statements: readonly PermissionStatement[],
): Promise<void> {
  const key = [place.functionId, place.qualifier ?? ""] as const
  if (statements.length === 0)
    await tx.run("DELETE FROM lambda_policies WHERE function_id = $1 AND qualifier = $2", ...key)
  else
    await tx.run(
      `INSERT INTO lambda_policies (function_id, qualifier, body) VALUES ($1, $2, $3)
       ON CONFLICT (function_id, qualifier) DO UPDATE SET body = excluded.body`,
      ...key,
      JSON.stringify(statements),
    )
  await tx.changed(KIND, keyOf(place))
}

/** The document as GetPolicy tells it; the order of its keys was recorded 2025-11. */
export const policyDocument = (statements: readonly PermissionStatement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements })

async function load(tx: Reading, key: string): Promise<CompiledPolicy | undefined> {
  const [functionId = "", qualifier = ""] = key.split("/")
  const statements = await readStatements(tx, { functionId, qualifier })
  if (statements.length === 0) return undefined
  return compile(policyDocument(statements), { name: qualifier === "" ? "function policy" : `policy of ${qualifier}` })
}

/** Qualifiers in requests may hold anything, and not every engine takes any text. */
const isPossible = ({ qualifier }: PolicyPlace): boolean =>
  qualifier === undefined || /^[a-zA-Z0-9-_]{1,128}$/.test(qualifier)

/** Compiled once on each node, for as long as it is as it is; at once where it is in memory. */
export const findPolicy = (
  store: Store,
  place: PolicyPlace,
): CompiledPolicy | undefined | Promise<CompiledPolicy | undefined> =>
  isPossible(place) ? store.cache(KIND, load).find(keyOf(place)) : undefined

/** With an alias goes its policy: one of its name is another one. */
export const removePolicy = (tx: Writing, place: PolicyPlace): Promise<void> => writeStatements(tx, place, [])
