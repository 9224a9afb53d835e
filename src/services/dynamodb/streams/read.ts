import type { Position } from "../../../records/positions.ts"
import { type LogRecord, readRecords } from "../../../records/read.ts"
import type { Store } from "../../../store/store.ts"
import type { Shard } from "./record.ts"
import { horizonAt } from "./shards.ts"

export interface ShardPage {
  records: LogRecord[]
  /** Where to go on reading. */
  next: Position
  /** Whether this was all that the shard holds by now. */
  isEnd: boolean
  /** Whether it is closed and this was all that it ever held: what follows is in the shards behind it. */
  isOver: boolean
}

/**
 * Reads a shard in order. What is too old by `now` is passed over. The shard is as it was found before: whatever was written until it
 * was closed is then there to be read.
 */
export async function readShard(
  store: Store,
  shard: Shard,
  from: Position,
  limits: { count: number; bytes: number },
  now: number,
): Promise<ShardPage> {
  const first = Math.max(from, shard.start, horizonAt(now))
  const page = await store.read((tx) => readRecords(tx, shard.log, { from: first, ...limits }))
  return { ...page, isOver: shard.end !== undefined && page.isEnd }
}
