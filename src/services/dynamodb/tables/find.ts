import type { Scope } from "../../../operation.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { resourceNotFound, tableInUse, tableNotFound } from "../errors.ts"
import { findStreamOf } from "../streams/find.ts"
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

/** For operations on items, whose refusal does not name the table. A table that is being deleted is none any more. */
export async function getTable(nameOrArn: string, context: Scope & { store: Store }): Promise<Table> {
  const table = await findTable(context.store, parseTableName(nameOrArn, context))
  if (!table || table.record.deletingSince !== undefined) throw resourceNotFound()
  // In the middle of a transaction that writes, what is not in memory yet is read and not kept.
  const stream = table.streamArn === undefined ? undefined : findStreamOf(context.store, table.streamArn)
  if (stream instanceof Promise) await stream
  return table
}

/**
 * The table as it is now, inside of a transaction that writes items: since the request found it an index may have been
 * added, whose entries this write has to make, for what is there before it alone is filled in.
 */
export async function refreshTable(store: Store, table: Table): Promise<Table> {
  const found = await findTable(store, table.record)
  if (found?.id !== table.id || found.record.deletingSince !== undefined) throw resourceNotFound()
  return found
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

/** A table whose settings can be changed. */
export async function readNamedTable(tx: Reading, address: TableAddress): Promise<Table> {
  const table = await readTable(tx, address)
  if (!table) throw tableNotFound(address.name)
  assertNotDeleting(table)
  return table
}

export function assertNotDeleting({ record }: Table): void {
  if (record.deletingSince !== undefined) throw tableInUse(record.name, "deleted")
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

/** Its name is free again; its rows are gone already. */
export async function removeTable(tx: Writing, record: TableRecord): Promise<void> {
  await tx.run("DELETE FROM ddb_counts WHERE table_id = $1", record.id)
  await tx.run(
    "DELETE FROM ddb_tables WHERE account = $1 AND region = $2 AND name = $3 AND id = $4",
    record.account,
    record.region,
    record.name,
    record.id,
  )
  await tx.changed(KIND, keyOf(record))
}
