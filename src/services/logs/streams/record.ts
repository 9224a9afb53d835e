import { randomUUID } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { Enqueuing } from "../../../work/work.ts"
import { invalidParameter, streamExists, streamNotFound } from "../errors.ts"
import type { Group } from "../groups/record.ts"

/** A log stream as it is kept. Times are milliseconds since the epoch, 0 where there is none. */
export interface Stream {
  groupId: string
  name: string
  id: string
  created: number
  firstEvent: number
  lastEvent: number
  lastIngestion: number
}

interface StreamRow {
  group_id: string
  name: string
  id: string
  created: number
  first_event: number
  last_event: number
  last_ingestion: number
}

export const REMOVE_STREAM = "logs:remove-stream"

const COLUMNS = "group_id, name, id, created, first_event, last_event, last_ingestion"

const parse = (row: StreamRow): Stream => ({
  groupId: row.group_id,
  name: row.name,
  id: row.id,
  created: row.created,
  firstEvent: row.first_event,
  lastEvent: row.last_event,
  lastIngestion: row.last_ingestion,
})

/** The pattern leaves out colons and asterisks alone; NUL is none of the characters that every engine keeps. */
export function assertStreamName(name: string): void {
  if (name.includes("\0"))
    throw invalidParameter(
      "1 validation error detected: Value at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*",
    )
}

export async function findStream(tx: Reading, group: Group, name: string): Promise<Stream | undefined> {
  const row = await tx.get<StreamRow>(
    `SELECT ${COLUMNS} FROM logs_streams WHERE group_id = $1 AND name = $2`,
    group.id,
    name,
  )
  return row && parse(row)
}

export async function getStream(tx: Reading, group: Group, name: string): Promise<Stream> {
  assertStreamName(name)
  const stream = await findStream(tx, group, name)
  if (!stream) throw streamNotFound()
  return stream
}

export async function findStreamName(tx: Reading, id: string): Promise<string | undefined> {
  return (await tx.get<{ name: string }>("SELECT name FROM logs_streams WHERE id = $1", id))?.name
}

/** One page of a group's streams by name, upwards or downwards of `after`, which is not among them. */
export async function listByName(
  tx: Reading,
  { groupId, prefix, isDescending }: { groupId: string; prefix: string; isDescending: boolean },
  after: string | undefined,
  limit: number,
): Promise<Stream[]> {
  const last = `${prefix}\u{10FFFF}`
  const rows = isDescending
    ? await tx.all<StreamRow>(
        `SELECT ${COLUMNS} FROM logs_streams
         WHERE group_id = $1 AND name >= $2 AND name < $3 ORDER BY name DESC LIMIT $4`,
        groupId,
        prefix,
        after ?? last,
        limit,
      )
    : await tx.all<StreamRow>(
        `SELECT ${COLUMNS} FROM logs_streams
         WHERE group_id = $1 AND name >= $2 AND name > $3 AND name < $4 ORDER BY name LIMIT $5`,
        groupId,
        prefix,
        after ?? "",
        last,
        limit,
      )
  return rows.map(parse)
}

/** The same by the time of the last event. */
export async function listByLastEvent(
  tx: Reading,
  { groupId, isDescending }: { groupId: string; isDescending: boolean },
  after: { lastEvent: number; name: string } | undefined,
  limit: number,
): Promise<Stream[]> {
  const { lastEvent, name } = after ?? (isDescending ? { lastEvent: Number.MAX_SAFE_INTEGER, name: "" } : FIRST)
  const [sign, order] = isDescending ? ["<", "DESC"] : [">", "ASC"]
  const rows = await tx.all<StreamRow>(
    `SELECT ${COLUMNS} FROM logs_streams WHERE group_id = $1 AND (last_event, name) ${sign} ($2, $3)
     ORDER BY last_event ${order}, name ${order} LIMIT $4`,
    groupId,
    lastEvent,
    name,
    limit,
  )
  return rows.map(parse)
}

const FIRST = { lastEvent: -1, name: "" }

export async function createStream(tx: Writing, group: Group, name: string, now: number): Promise<Stream> {
  assertStreamName(name)
  if (await findStream(tx, group, name)) throw streamExists()
  const stream: Stream = {
    groupId: group.id,
    name,
    id: randomUUID(),
    created: now,
    firstEvent: 0,
    lastEvent: 0,
    lastIngestion: 0,
  }
  await tx.run(
    `INSERT INTO logs_streams (${COLUMNS}) VALUES ($1, $2, $3, $4, 0, 0, 0)`,
    stream.groupId,
    name,
    stream.id,
    now,
  )
  return stream
}

/** Widens what the stream is known to hold. */
export async function noteEvents(
  tx: Writing,
  { id, firstEvent, lastEvent }: Stream,
  { first, last, now }: { first: number; last: number; now: number },
): Promise<void> {
  await tx.run(
    "UPDATE logs_streams SET first_event = $2, last_event = $3, last_ingestion = $4 WHERE id = $1",
    id,
    firstEvent === 0 ? first : Math.min(first, firstEvent),
    Math.max(last, lastEvent),
    now,
  )
}

/** Nobody finds its events without it: they are removed in pieces. */
export async function deleteStream(tx: Writing, work: Enqueuing, { id }: Stream): Promise<void> {
  await tx.run("DELETE FROM logs_streams WHERE id = $1", id)
  await work.enqueue(tx, { kind: REMOVE_STREAM, key: id })
}
