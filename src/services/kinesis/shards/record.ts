import type { Position } from "../../../records/positions.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import type { HashRange } from "./hash-keys.ts"

/** A shard as it is kept. Its number is never given again within its stream. */
export interface Shard extends HashRange {
  number: number
  /** Milliseconds since the epoch. */
  createdAt: number
  parent?: number
  adjacentParent?: number
  /** Of one that takes no records any more: when that began, and the position behind its last record. */
  closed?: { at: number; end: Position }
}

interface ShardRow {
  number: number
  closed: number
  ended: number
  parent: number
  adjacent: number
  created: number
  first_hash: string
  last_hash: string
}

const COLUMNS = "number, closed, ended, parent, adjacent, created, first_hash, last_hash"
const NONE = -1

const parse = (row: ShardRow): Shard => ({
  number: row.number,
  createdAt: row.created,
  first: row.first_hash,
  last: row.last_hash,
  ...(row.parent !== NONE && { parent: row.parent }),
  ...(row.adjacent !== NONE && { adjacentParent: row.adjacent }),
  ...(row.closed > 0 && { closed: { at: row.closed, end: row.ended } }),
})

/** The log of its records (`src/records`). */
export const logOf = (streamId: string, number: number): string => `kinesis/${streamId}/${number}`

export const formatShardId = (number: number): string => `shardId-${String(number).padStart(12, "0")}`

/** AWS takes a number alone, too, and any word before the hyphen. Undefined of what is no shard's. */
export function parseShardId(text: string): number | undefined {
  const [, digits] = /^(?:[a-zA-Z0-9_.]*-)?(\d{1,12})$/.exec(text) ?? []
  const number = Number(digits)
  return digits !== undefined && number < 2 ** 31 ? number : undefined
}

export async function readShard(tx: Reading, streamId: string, number: number): Promise<Shard | undefined> {
  const row = await tx.get<ShardRow>(
    `SELECT ${COLUMNS} FROM kinesis_shards WHERE stream_id = $1 AND number = $2`,
    streamId,
    number,
  )
  return row && parse(row)
}

/** Whether it takes records: asked in each transaction that writes some. */
export async function isOpenShard(tx: Reading, streamId: string, number: number): Promise<boolean> {
  const row = await tx.get<{ closed: number }>(
    "SELECT closed FROM kinesis_shards WHERE stream_id = $1 AND number = $2",
    streamId,
    number,
  )
  return row?.closed === 0
}

/** All that take records, in the order of their numbers: as many as the account may have. */
export async function readOpenShards(tx: Reading, streamId: string): Promise<Shard[]> {
  const rows = await tx.all<ShardRow>(
    `SELECT ${COLUMNS} FROM kinesis_shards WHERE stream_id = $1 AND closed = 0 ORDER BY number`,
    streamId,
  )
  return rows.map(parse)
}

/** Which shards a list is to show. Times are milliseconds since the epoch. */
export interface ShardsWanted {
  /** Numbers greater than this one. */
  after: number
  /** Open now, or closed at this time or later. */
  openSince: number
  /** Begun by then. */
  createdBy: number
}

export async function listShardRows(
  tx: Reading,
  streamId: string,
  { after, openSince, createdBy }: ShardsWanted,
  limit: number,
): Promise<Shard[]> {
  const rows = await tx.all<ShardRow>(
    `SELECT ${COLUMNS} FROM kinesis_shards
     WHERE stream_id = $1 AND number > $2 AND (closed = 0 OR closed >= $3) AND created <= $4 ORDER BY number LIMIT $5`,
    streamId,
    after,
    openSince,
    createdBy,
    limit,
  )
  return rows.map(parse)
}

/** Open ones alone, by an index: however many have been closed. */
export async function listOpenShards(tx: Reading, streamId: string, after: number, limit: number): Promise<Shard[]> {
  const rows = await tx.all<ShardRow>(
    `SELECT ${COLUMNS} FROM kinesis_shards WHERE stream_id = $1 AND closed = 0 AND number > $2 ORDER BY number LIMIT $3`,
    streamId,
    after,
    limit,
  )
  return rows.map(parse)
}

/** Those that came of this one: two of a split, one of a merger. */
export async function readChildren(tx: Reading, streamId: string, parent: number): Promise<Shard[]> {
  const rows: ShardRow[] = []
  for (const column of ["parent", "adjacent"])
    rows.push(
      ...(await tx.all<ShardRow>(
        `SELECT ${COLUMNS} FROM kinesis_shards WHERE stream_id = $1 AND ${column} = $2 ORDER BY number`,
        streamId,
        parent,
      )),
    )
  return rows.map(parse)
}

export async function insertShard(tx: Writing, streamId: string, shard: Shard): Promise<void> {
  await tx.run(
    `INSERT INTO kinesis_shards (stream_id, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    streamId,
    shard.number,
    shard.closed?.at ?? 0,
    shard.closed?.end ?? 0,
    shard.parent ?? NONE,
    shard.adjacentParent ?? NONE,
    shard.createdAt,
    shard.first,
    shard.last,
  )
}

export async function closeShard(
  tx: Writing,
  streamId: string,
  number: number,
  { at, end }: { at: number; end: Position },
): Promise<void> {
  await tx.run(
    "UPDATE kinesis_shards SET closed = $3, ended = $4 WHERE stream_id = $1 AND number = $2",
    streamId,
    number,
    at,
    end,
  )
}

export async function deleteShard(tx: Writing, streamId: string, number: number): Promise<void> {
  await tx.run("DELETE FROM kinesis_shards WHERE stream_id = $1 AND number = $2", streamId, number)
}
