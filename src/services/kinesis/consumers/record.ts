import type { ConsumerStatus } from "@aws-sdk/client-kinesis"
import type { Reading, Store, Writing } from "../../../store/store.ts"
import { type ConsumerName, consumerArn, type StreamName } from "../arns.ts"
import { consumerNotFound } from "../errors.ts"
import { findStream, readNamed } from "../streams/record.ts"

/** A registered consumer as it is kept. */
export interface Consumer {
  streamId: string
  name: string
  /** Milliseconds since the epoch. */
  createdAt: number
  status: ConsumerStatus
  tags: Readonly<Record<string, string>>
  /** JSON. */
  policy?: string
}

interface ConsumerRow {
  stream_id: string
  name: string
  created: number
  status: ConsumerStatus
  body: string
}

const KIND = "kinesis.consumer"
const COLUMNS = "stream_id, name, created, status, body"

const parse = ({ stream_id, name, created, status, body }: ConsumerRow): Consumer => ({
  streamId: stream_id,
  name,
  createdAt: created,
  status,
  ...(JSON.parse(body) as Pick<Consumer, "tags" | "policy">),
})

const bodyOf = ({ tags, policy }: Consumer): string => JSON.stringify({ tags, ...(policy !== undefined && { policy }) })

const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1000)

export const arnOfConsumer = (stream: StreamName, { name, createdAt }: Consumer): string =>
  consumerArn({ stream, name, createdAt: secondsOf(createdAt) })

async function load(tx: Reading, key: string): Promise<Consumer | undefined> {
  const [streamId = "", name = ""] = key.split("/")
  return readConsumer(tx, streamId, name)
}

export async function readConsumer(tx: Reading, streamId: string, name: string): Promise<Consumer | undefined> {
  const row = await tx.get<ConsumerRow>(
    `SELECT ${COLUMNS} FROM kinesis_consumers WHERE stream_id = $1 AND name = $2`,
    streamId,
    name,
  )
  return row && parse(row)
}

/** From the cache. One that was registered anew under the name is not the one that an ARN with another time names. */
export async function findConsumer(
  store: Store,
  { stream, name, createdAt }: ConsumerName,
): Promise<Consumer | undefined> {
  const found = await findStream(store, stream)
  const consumer = found && (await store.cache(KIND, load).find(`${found.record.id}/${name}`))
  return createdAt === undefined || (consumer && secondsOf(consumer.createdAt) === createdAt) ? consumer : undefined
}

export async function getConsumer(store: Store, name: ConsumerName): Promise<Consumer> {
  const consumer = await findConsumer(store, name)
  if (!consumer) throw consumerNotFound(name.name, name.stream)
  return consumer
}

/** As many as a stream may have. */
export async function countConsumers(tx: Reading, streamId: string, status = ""): Promise<number> {
  const row = await tx.get<{ count: number }>(
    "SELECT COUNT(*) AS count FROM kinesis_consumers WHERE stream_id = $1 AND ($2 = '' OR status = $2)",
    streamId,
    status,
  )
  return Number(row?.count ?? 0)
}

/** After `after`, in the order of their names. */
export async function listConsumers(tx: Reading, streamId: string, after: string, limit: number): Promise<Consumer[]> {
  const rows = await tx.all<ConsumerRow>(
    `SELECT ${COLUMNS} FROM kinesis_consumers WHERE stream_id = $1 AND name > $2 ORDER BY name LIMIT $3`,
    streamId,
    after,
    limit,
  )
  return rows.map(parse)
}

export async function insertConsumer(tx: Writing, consumer: Consumer): Promise<void> {
  await tx.run(
    `INSERT INTO kinesis_consumers (${COLUMNS}) VALUES ($1, $2, $3, $4, $5)`,
    consumer.streamId,
    consumer.name,
    consumer.createdAt,
    consumer.status,
    bodyOf(consumer),
  )
  await tx.changed(KIND, `${consumer.streamId}/${consumer.name}`)
}

export async function updateConsumer(tx: Writing, consumer: Consumer): Promise<void> {
  await tx.run(
    "UPDATE kinesis_consumers SET status = $3, body = $4 WHERE stream_id = $1 AND name = $2",
    consumer.streamId,
    consumer.name,
    consumer.status,
    bodyOf(consumer),
  )
  await tx.changed(KIND, `${consumer.streamId}/${consumer.name}`)
}

export async function deleteConsumer(tx: Writing, { streamId, name }: Consumer): Promise<void> {
  await tx.run("DELETE FROM kinesis_consumers WHERE stream_id = $1 AND name = $2", streamId, name)
  await tx.changed(KIND, `${streamId}/${name}`)
}

/** The one that is named, in a transaction that changes it. */
export async function readNamedConsumer(tx: Writing, { stream, name, createdAt }: ConsumerName): Promise<Consumer> {
  const { id } = await readNamed(tx, stream)
  const consumer = await readConsumer(tx, id, name)
  if (!consumer || (createdAt !== undefined && secondsOf(consumer.createdAt) !== createdAt))
    throw consumerNotFound(name, stream)
  return consumer
}

export const changeConsumer = (
  store: Store,
  name: ConsumerName,
  change: (consumer: Consumer) => Consumer,
): Promise<void> => store.transact(async (tx) => updateConsumer(tx, change(await readNamedConsumer(tx, name))))
