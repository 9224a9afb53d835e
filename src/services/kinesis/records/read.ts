import type { Deps } from "../../../call.ts"
import type { Position } from "../../../records/positions.ts"
import { positionAt } from "../../../records/positions.ts"
import { readRecords } from "../../../records/read.ts"
import { describeRange } from "../shards/describe.ts"
import { formatShardId, logOf, readChildren, readShard, type Shard } from "../shards/record.ts"
import type { Stream } from "../streams/record.ts"
import { oldestKept } from "../streams/retention.ts"
import { type StoredRecord, unpackRecord } from "./bodies.ts"
import { formatSequenceNumber } from "./sequence-numbers.ts"

/** A record of a shard as it is kept: encrypted where the stream was. */
export interface ReadRecord extends StoredRecord {
  position: Position
  sequenceNumber: string
  /** When it came, in milliseconds since the epoch. */
  at: number
}

/** What of a shard was read. */
export interface ShardPage {
  shard: Shard
  records: ReadRecord[]
  /** Where to go on. */
  next: Position
  /** Whether this was all that the shard holds by now. */
  isEnd: boolean
  /** Whether the shard is closed and this was all. */
  isOver: boolean
  /** How far behind the newest record the reader is. */
  millisBehind: number
  /** The shards that go on where this one has ended, once it has been read to its end. */
  children: Shard[]
  bytes: number
}

export interface ShardSpan {
  shard: number
  from: Position
  count: number
  bytes: number
}

/** Reads a shard from a position on; undefined where the stream has no such shard (any more). */
export async function readShardPage(
  { store, clock }: Pick<Deps, "store" | "clock">,
  { record: { id, retentionHours }, open }: Stream,
  { shard: number, from, count, bytes }: ShardSpan,
): Promise<ShardPage | undefined> {
  const now = clock.now()
  const start = Math.max(from, positionAt(oldestKept({ retentionHours }, now)))
  const known = open.find((shard) => shard.number === number)
  return store.read(async (tx) => {
    const shard = known ?? (await readShard(tx, id, number))
    if (!shard) return undefined
    const page = await readRecords(tx, logOf(id, number), { from: start, count, bytes })
    const isOver = shard.closed !== undefined && page.isEnd
    const last = page.records.at(-1)
    return {
      shard,
      records: page.records.map(({ position, at, body }) => ({
        ...unpackRecord(body),
        position,
        at,
        sequenceNumber: formatSequenceNumber(shard, position),
      })),
      next: page.next,
      isEnd: page.isEnd,
      isOver,
      millisBehind: page.isEnd || !last ? 0 : Math.max(now - last.at, 0),
      children: isOver ? await readChildren(tx, id, number) : [],
      bytes: page.records.reduce((sum, { body }) => sum + body.length, 0),
    }
  })
}

/** As GetRecords and SubscribeToShard tell of them. */
export const describeChildren = (children: readonly Shard[]) =>
  children.map((child) => ({
    ShardId: formatShardId(child.number),
    ParentShards: [child.parent, child.adjacentParent].filter((one) => one !== undefined).map(formatShardId),
    HashKeyRange: describeRange(child),
  }))
