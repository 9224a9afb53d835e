import type { MetricsName, StreamMode, StreamStatus } from "@aws-sdk/client-kinesis"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { type StreamName, streamArn } from "../arns.ts"
import { streamNotActive, streamNotFound } from "../errors.ts"
import { readOpenShards, type Shard } from "../shards/record.ts"

/** What a stream that is being changed is being changed to; done in the background (`change-work.ts`). */
export type Change =
  | { is: "create"; shards: number }
  | { is: "split"; shard: number; at: string }
  | { is: "merge"; shards: readonly [number, number] }
  | { is: "count"; shards: number }
  /** Written already: the stream says UPDATING until the work has come by. */
  | { is: "settings" }

/** A stream as it is kept. Times are milliseconds since the epoch. */
export interface StreamRecord extends StreamName {
  /** Everything of it hangs on it: a stream that was deleted and made anew is another. */
  id: string
  createdAt: number
  status: StreamStatus
  change?: Change
  mode: StreamMode
  retentionHours: number
  metrics: readonly MetricsName[]
  /** The key as it was named, and its ARN or that of its alias. */
  encryption?: { keyId: string; keyArn: string }
  maximumRecordKiB: number
  warmMiBps?: number
  tags: Readonly<Record<string, string>>
  /** JSON. */
  policy?: string
  /** The number of the next shard. */
  nextShard: number
  openShards: number
  /** When the mode, and the number of shards, were changed in the last day. */
  modeChanges: readonly number[]
  countChanges: readonly number[]
}

/** A stream as it is cached: with all that writing to it needs. */
export interface Stream {
  record: StreamRecord
  arn: string
  /** The shards that take records, in the order of their hash keys. */
  open: readonly Shard[]
}

const KIND = "kinesis.stream"

const keyOf = ({ account, region, name }: StreamName): string => `${account}/${region}/${name}`

async function load(tx: Reading, key: string): Promise<Stream | undefined> {
  const [account, region, name] = key.split("/") as [string, string, string]
  return readStream(tx, { account, region, name })
}

/** With its open shards, from the database itself. */
export async function readStream(tx: Reading, name: StreamName): Promise<Stream | undefined> {
  const record = await readRecord(tx, name)
  return record && withShards(record, await readOpenShards(tx, record.id))
}

const withShards = (record: StreamRecord, open: readonly Shard[]): Stream => ({
  record,
  arn: streamArn(record),
  open: open.toSorted((a, b) => (a.first < b.first ? -1 : 1)),
})

/** ARNs in requests may hold anything, and not every engine takes any text. */
const isPossible = ({ account, region, name }: StreamName): boolean =>
  /^\d{12}$/.test(account) && /^[a-z0-9-]{1,64}$/.test(region) && /^[a-zA-Z0-9_.-]{1,128}$/.test(name)

/** From the cache: synchronously where it is there. */
export const findStream = (store: Store, name: StreamName): Stream | undefined | Promise<Stream | undefined> =>
  isPossible(name) ? store.cache(KIND, load).find(keyOf(name)) : undefined

export async function getStream(store: Store, name: StreamName): Promise<Stream> {
  const stream = await findStream(store, name)
  if (!stream) throw streamNotFound(name)
  return stream
}

/** One that has shards to write to and read from, which one in the making or in deletion has not. */
export function assertInUse(stream: Stream | undefined, name: StreamName): Stream {
  const { status } = stream?.record ?? {}
  if (!stream || (status !== "ACTIVE" && status !== "UPDATING")) throw streamNotFound(name)
  return stream
}

export async function readRecord(
  tx: Reading,
  { account, region, name }: StreamName,
): Promise<StreamRecord | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM kinesis_streams WHERE account = $1 AND region = $2 AND name = $3",
    account,
    region,
    name,
  )
  return row && (JSON.parse(row.body) as StreamRecord)
}

export async function readRecordById(tx: Reading, id: string): Promise<StreamRecord | undefined> {
  const row = await tx.get<{ body: string }>("SELECT body FROM kinesis_streams WHERE id = $1", id)
  return row && (JSON.parse(row.body) as StreamRecord)
}

/** For what changes it: in a transaction, whatever its state. */
export async function readNamed(tx: Reading, name: StreamName): Promise<StreamRecord> {
  const record = isPossible(name) ? await readRecord(tx, name) : undefined
  if (!record) throw streamNotFound(name)
  return record
}

export async function readActive(tx: Reading, name: StreamName): Promise<StreamRecord> {
  const record = await readNamed(tx, name)
  if (record.status !== "ACTIVE") throw streamNotActive(name, record.status)
  return record
}

/** After `after`, in the order of their names. */
export async function listRecords(
  tx: Reading,
  { account, region }: Pick<StreamName, "account" | "region">,
  after: string,
  limit: number,
): Promise<StreamRecord[]> {
  const rows = await tx.all<{ body: string }>(
    "SELECT body FROM kinesis_streams WHERE account = $1 AND region = $2 AND name > $3 ORDER BY name LIMIT $4",
    account,
    region,
    after,
    limit,
  )
  return rows.map(({ body }) => JSON.parse(body) as StreamRecord)
}

/** What all streams of an account have together in a region. */
export async function countUse(
  tx: Reading,
  { account, region }: Pick<StreamName, "account" | "region">,
): Promise<{ openShards: number; onDemand: number }> {
  const row = await tx.get<{ shards: number | null; modes: number | null }>(
    "SELECT CAST(SUM(open_shards) AS BIGINT) AS shards, CAST(SUM(on_demand) AS BIGINT) AS modes FROM kinesis_streams WHERE account = $1 AND region = $2",
    account,
    region,
  )
  return { openShards: Number(row?.shards ?? 0), onDemand: Number(row?.modes ?? 0) }
}

export async function insertStream(tx: Writing, record: StreamRecord): Promise<void> {
  await tx.run(
    "INSERT INTO kinesis_streams (account, region, name, id, open_shards, on_demand, body) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    record.account,
    record.region,
    record.name,
    record.id,
    record.openShards,
    record.mode === "ON_DEMAND" ? 1 : 0,
    JSON.stringify(record),
  )
  await tx.changed(KIND, keyOf(record))
}

export async function updateStream(tx: Writing, record: StreamRecord): Promise<void> {
  await tx.run(
    "UPDATE kinesis_streams SET open_shards = $2, on_demand = $3, body = $4 WHERE id = $1",
    record.id,
    record.openShards,
    record.mode === "ON_DEMAND" ? 1 : 0,
    JSON.stringify(record),
  )
  await tx.changed(KIND, keyOf(record))
}

export async function deleteStreamRow(tx: Writing, record: StreamRecord): Promise<void> {
  await tx.run("DELETE FROM kinesis_streams WHERE id = $1", record.id)
  await tx.changed(KIND, keyOf(record))
}
