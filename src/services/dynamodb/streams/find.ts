import { parseArn } from "../../../base/arn.ts"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { compileStream, type Stream, type StreamAddress, type StreamRecord, streamArn } from "./record.ts"

const KIND = "dynamodb.stream"

/** The stream that an ARN is of; undefined where it is of none that could be. */
export function parseStreamArn(arn: string): StreamAddress | undefined {
  const { service, account, region, resource = "" } = parseArn(arn) ?? {}
  const [, name, label] = /^table\/([a-zA-Z0-9_.-]{1,255})\/stream\/([0-9T:.-]{1,32})$/.exec(resource) ?? []
  const isPlace = /^\d{12}$/.test(account ?? "") && /^[a-z0-9-]{1,64}$/.test(region ?? "")
  if (service !== "dynamodb" || !isPlace || name === undefined || label === undefined) return undefined
  const address = { account: account!, region: region!, name, label }
  return streamArn(address) === arn ? address : undefined
}

const load = (tx: Reading, arn: string): Promise<Stream | undefined> => readStream(tx, parseStreamArn(arn)!)

/** Streams are configuration: shards come and go every few hours. */
export const findStream = (store: Store, address: StreamAddress): Stream | undefined | Promise<Stream | undefined> =>
  findStreamOf(store, streamArn(address))

/** The same by its ARN, which is one that a table has. */
export const findStreamOf = (store: Store, arn: string): Stream | undefined | Promise<Stream | undefined> =>
  store.cache(KIND, load).find(arn)

/** From the database itself: inside of a transaction that changes the stream, or where the cache may be behind. */
export async function readStream(tx: Reading, address: StreamAddress): Promise<Stream | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM ddb_streams WHERE account = $1 AND region = $2 AND table_name = $3 AND label = $4",
    address.account,
    address.region,
    address.name,
    address.label,
  )
  return row && compileStream(JSON.parse(row.body) as StreamRecord)
}

/** Of one table, or of all; in the order of their tables' names and then of their age. */
export async function listStreams(
  tx: Reading,
  { account, region }: Pick<StreamAddress, "account" | "region">,
  tableName: string | undefined,
  after: Pick<StreamAddress, "name" | "label"> | undefined,
  limit: number,
): Promise<Pick<StreamAddress, "name" | "label">[]> {
  const [first, last] = tableName === undefined ? ["", "~"] : [tableName, tableName]
  const rows = await tx.all<{ table_name: string; label: string }>(
    `SELECT table_name, label FROM ddb_streams
     WHERE account = $1 AND region = $2 AND table_name >= $3 AND table_name <= $4 AND (table_name, label) > ($5, $6)
     ORDER BY table_name, label LIMIT $7`,
    account,
    region,
    first!,
    last!,
    after?.name ?? "",
    after?.label ?? "",
    limit,
  )
  return rows.map(({ table_name, label }) => ({ name: table_name, label }))
}

/** Of the stream that was enabled last, of a table of this name. */
export async function findLastLabel(
  tx: Reading,
  { account, region, name }: Omit<StreamAddress, "label">,
): Promise<string | undefined> {
  const row = await tx.get<{ label: string }>(
    "SELECT label FROM ddb_streams WHERE account = $1 AND region = $2 AND table_name = $3 ORDER BY label DESC LIMIT 1",
    account,
    region,
    name,
  )
  return row?.label
}

export async function insertStream(tx: Writing, record: StreamRecord): Promise<void> {
  await tx.run(
    "INSERT INTO ddb_streams (account, region, table_name, label, body) VALUES ($1, $2, $3, $4, $5)",
    record.account,
    record.region,
    record.name,
    record.label,
    JSON.stringify(record),
  )
  await tx.changed(KIND, streamArn(record))
}

export async function updateStream(tx: Writing, record: StreamRecord): Promise<Stream> {
  await tx.run(
    "UPDATE ddb_streams SET body = $5 WHERE account = $1 AND region = $2 AND table_name = $3 AND label = $4",
    record.account,
    record.region,
    record.name,
    record.label,
    JSON.stringify(record),
  )
  await tx.changed(KIND, streamArn(record))
  return compileStream(record)
}

export async function removeStream(tx: Writing, address: StreamAddress): Promise<void> {
  await tx.run(
    "DELETE FROM ddb_streams WHERE account = $1 AND region = $2 AND table_name = $3 AND label = $4",
    address.account,
    address.region,
    address.name,
    address.label,
  )
  await tx.changed(KIND, streamArn(address))
}
