import { randomUUID } from "../../../base/random.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"

export interface AliasBody {
  description: string
  /** The version that a share of the calls goes to, in place of the main one. */
  additional?: { version: number; weight: number }
  /** A UUID, another after each change. */
  revisionId: string
}

export interface Alias {
  functionId: string
  name: string
  /** The main version; 0 is `$LATEST`. */
  version: number
  body: AliasBody
}

const KIND = "lambda.alias"

const keyOf = (functionId: string, name: string): string => `${functionId}/${name}`

function load(tx: Reading, key: string): Promise<Alias | undefined> {
  const [functionId, name] = key.split("/") as [string, string]
  return readAlias(tx, functionId, name)
}

/** Qualifiers in ARNs may hold anything. */
const isPossible = (name: string): boolean => /^[a-zA-Z0-9-_]{1,128}$/.test(name)

/** At once where it is in memory. */
export const findAlias = (
  store: Store,
  functionId: string,
  name: string,
): Alias | undefined | Promise<Alias | undefined> =>
  isPossible(name) ? store.cache(KIND, load).find(keyOf(functionId, name)) : undefined

interface AliasRow {
  alias: string
  version: number
  body: string
}

const aliasOf = (functionId: string, { alias, version, body }: AliasRow): Alias => ({
  functionId,
  name: alias,
  version: Number(version),
  body: JSON.parse(body) as AliasBody,
})

export async function readAlias(tx: Reading, functionId: string, name: string): Promise<Alias | undefined> {
  if (!isPossible(name)) return undefined
  const row = await tx.get<AliasRow>(
    "SELECT alias, version, body FROM lambda_aliases WHERE function_id = $1 AND alias = $2",
    functionId,
    name,
  )
  return row && aliasOf(functionId, row)
}

/** In the order of their names; of one main version where `version` is given. */
export async function listAliases(
  tx: Reading,
  functionId: string,
  after: string,
  limit: number,
  version?: number,
): Promise<Alias[]> {
  const [where, values] = version === undefined ? ["", []] : ["AND version = $4", [version]]
  const rows = await tx.all<AliasRow>(
    `SELECT alias, version, body FROM lambda_aliases WHERE function_id = $1 AND alias > $2 ${where} ORDER BY alias LIMIT $3`,
    functionId,
    after,
    limit,
    ...values,
  )
  return rows.map((row) => aliasOf(functionId, row))
}

/** Under a new revision, in place of the one of its name. */
export async function putAlias(tx: Writing, { functionId, name, version, body }: Alias): Promise<Alias> {
  const alias: Alias = { functionId, name, version, body: { ...body, revisionId: randomUUID() } }
  await tx.run(
    `INSERT INTO lambda_aliases (function_id, alias, version, additional, body) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (function_id, alias) DO UPDATE
SET version = excluded.version, additional = excluded.additional, body = excluded.body`,
    functionId,
    name,
    version,
    body.additional?.version ?? 0,
    JSON.stringify(alias.body),
  )
  await tx.changed(KIND, keyOf(functionId, name))
  return alias
}

export async function removeAlias(tx: Writing, functionId: string, name: string): Promise<void> {
  await tx.run("DELETE FROM lambda_aliases WHERE function_id = $1 AND alias = $2", functionId, name)
  await tx.changed(KIND, keyOf(functionId, name))
}

/** The first of those that lead to a version, whether with all calls or a share of them, by name. */
export async function listAliasNames(
  tx: Reading,
  functionId: string,
  version: number,
  limit: number,
): Promise<string[]> {
  const names = new Set<string>()
  // Each has an index of its own: asked for both at once, a database reads all aliases there are.
  for (const column of ["version", "additional"]) {
    const rows = await tx.all<{ alias: string }>(
      `SELECT alias FROM lambda_aliases WHERE function_id = $1 AND ${column} = $2 ORDER BY alias LIMIT $3`,
      functionId,
      version,
      limit,
    )
    for (const { alias } of rows) names.add(alias)
  }
  return [...names].sort().slice(0, limit)
}
