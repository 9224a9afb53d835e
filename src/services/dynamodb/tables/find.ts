import type { Scope } from "../../../operation.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { resourceNotFound, tableNotFound } from "../errors.ts"
import { compileTable, type Table, type TableRecord } from "./record.ts"
import { parseTableName, type TableAddress } from "./table-name.ts"

const KIND = "dynamodb.table"

const keyOf = ({ account, region, name }: TableAddress): string => `${account}/${region}/${name}`

function load(tx: Reading, key: string): Promise<Table | undefined> {
  const [account, region, ...name] = key.split("/") as [string, string, ...string[]]
  return readTable(tx, { account, region, name: name.join("/") })
}

/** ARNs in requests may hold anything, and not every engine takes any text. */
const isPossible = ({ account, region, name }: TableAddress): boolean =>
  /^\d{12}$/.test(account) && /^[a-z0-9-]{1,64}$/.test(region) && /^[a-zA-Z0-9_.-]{1,255}$/.test(name)

export function findTable(store: Store, address: TableAddress): Table | undefined | Promise<Table | undefined> {
  return isPossible(address) ? store.cache(KIND, load).find(keyOf(address)) : undefined
}

/** For operations on items, whose refusal does not name the table. */
export async function getTable(nameOrArn: string, context: Scope & { store: Store }): Promise<Table> {
  const table = await findTable(context.store, parseTableName(nameOrArn, context))
  if (!table) throw resourceNotFound()
  return table
}

/** For operations on tables. */
export async function getNamedTable(nameOrArn: string, context: Scope & { store: Store }): Promise<Table> {
  const address = parseTableName(nameOrArn, context)
  const table = await findTable(context.store, address)
  if (!table) throw tableNotFound(address.name)
  return table
}

/** From the database itself, inside of a transaction that changes the table. */
export async function readTable(tx: Reading, { account, region, name }: TableAddress): Promise<Table | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM ddb_tables WHERE account = $1 AND region = $2 AND name = $3",
    account,
    region,
    name,
  )
  return row && compileTable(JSON.parse(row.body) as TableRecord)
}

export async function readNamedTable(tx: Reading, address: TableAddress): Promise<Table> {
  const table = await readTable(tx, address)
  if (!table) throw tableNotFound(address.name)
  return table
}

/** Stores new settings of a table that exists. */
export async function updateTable(tx: Writing, record: TableRecord): Promise<Table> {
  await tx.run(
    "UPDATE ddb_tables SET body = $4 WHERE account = $1 AND region = $2 AND name = $3",
    record.account,
    record.region,
    record.name,
    JSON.stringify(record),
  )
  await tx.changed(KIND, keyOf(record))
  return compileTable(record)
}

export async function insertTable(tx: Writing, record: TableRecord): Promise<void> {
  await tx.run(
    "INSERT INTO ddb_tables (account, region, name, id, body) VALUES ($1, $2, $3, $4, $5)",
    record.account,
    record.region,
    record.name,
    record.id,
    JSON.stringify(record),
  )
  await tx.changed(KIND, keyOf(record))
}

export async function removeTable(tx: Writing, record: TableRecord): Promise<void> {
  await tx.run("DELETE FROM ddb_items WHERE table_id = $1", record.id)
  await tx.run("DELETE FROM ddb_index_items WHERE table_id = $1", record.id)
  await tx.run(
    "DELETE FROM ddb_tables WHERE account = $1 AND region = $2 AND name = $3",
    record.account,
    record.region,
    record.name,
  )
  await tx.changed(KIND, keyOf(record))
}
