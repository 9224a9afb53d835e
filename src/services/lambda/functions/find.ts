import type { Reading, Store, Writing } from "../../../store/store.ts"
import { type FunctionName, functionArn } from "../arns.ts"
import { functionNotFound } from "../errors.ts"
import type { FunctionBody, FunctionRecord } from "./record.ts"

const KIND = "lambda.function"

const keyOf = ({ account, region, name }: FunctionName): string => `${account}/${region}/${name}`

function load(tx: Reading, key: string): Promise<FunctionRecord | undefined> {
  const [account, region, name] = key.split("/") as [string, string, string]
  return readFunction(tx, { account, region, name })
}

/** ARNs in requests may hold anything, and not every engine takes any text. */
const isPossible = ({ account, region, name }: FunctionName): boolean =>
  /^\d{12}$/.test(account) && /^[a-z0-9-]{1,64}$/.test(region) && /^[a-zA-Z0-9-_.]{1,140}$/.test(name)

/** At once where it is in memory. */
export const findFunction = (
  store: Store,
  name: FunctionName,
): FunctionRecord | undefined | Promise<FunctionRecord | undefined> =>
  isPossible(name) ? store.cache(KIND, load).find(keyOf(name)) : undefined

/** From the database itself, inside of a transaction. */
export async function readFunction(
  tx: Reading,
  { account, region, name }: FunctionName,
): Promise<FunctionRecord | undefined> {
  if (!isPossible({ account, region, name })) return undefined
  const row = await tx.get<{ id: string; body: string }>(
    "SELECT id, body FROM lambda_functions WHERE account = $1 AND region = $2 AND name = $3",
    account,
    region,
    name,
  )
  return row && { account, region, name, id: row.id, body: JSON.parse(row.body) as FunctionBody }
}

/** Throws 404 in the words for the function as it was addressed. */
export async function getFunction(tx: Reading, name: FunctionName, qualifier?: string): Promise<FunctionRecord> {
  const found = await readFunction(tx, name)
  if (!found) throw functionNotFound(functionArn(name, qualifier))
  return found
}

export async function insertFunction(tx: Writing, { id, body, ...name }: FunctionRecord): Promise<void> {
  await tx.run(
    "INSERT INTO lambda_functions (account, region, name, id, body) VALUES ($1, $2, $3, $4, $5)",
    name.account,
    name.region,
    name.name,
    id,
    JSON.stringify(body),
  )
  await tx.changed(KIND, keyOf(name))
}

export async function updateFunction(tx: Writing, { id, body, ...name }: FunctionRecord): Promise<void> {
  await tx.run("UPDATE lambda_functions SET body = $2 WHERE id = $1", id, JSON.stringify(body))
  await tx.changed(KIND, keyOf(name))
}

/** Its name is free again; what is found by its id goes in the background. */
export async function removeFunction(tx: Writing, { id, ...name }: FunctionRecord): Promise<void> {
  await tx.run("DELETE FROM lambda_functions WHERE id = $1", id)
  await tx.changed(KIND, keyOf(name))
}
