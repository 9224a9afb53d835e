import type { Reading } from "../store/store.ts"
import { unpackFrames } from "./frames.ts"
import type { Position } from "./positions.ts"

/** One record of a shard. */
export interface LogRecord {
  position: Position
  /** When it came, in milliseconds since the epoch. */
  at: number
  body: Uint8Array
}

export interface Span {
  /** The first position that may be read. */
  from: Position
  /** How many records at most. */
  count: number
  /** How many bytes of bodies at most; the first record is read whatever its size. */
  bytes: number
}

export interface Page {
  records: LogRecord[]
  /** Where to go on reading. */
  next: Position
  /** Whether this was all that the shard holds by now. */
  isEnd: boolean
}

interface BatchHead {
  first: number
  count: number
  size: number
}

/** How many rows are looked at before the first of their bodies is taken. */
const HEADS_AT_ONCE = 500

/** Reads a shard in order. What it costs depends on what is read, and not on what the shard holds. */
export async function readRecords(tx: Reading, shard: string, { from, count, bytes }: Span): Promise<Page> {
  const records: LogRecord[] = []
  let next = from
  let left = bytes
  for (;;) {
    const heads = await headsFrom(tx, shard, next)
    let last: BatchHead | undefined
    let planned = 0
    let room = count - records.length
    for (const head of heads) {
      const isFull = planned >= left && planned + records.length > 0
      if (room <= 0 || isFull) break
      planned += head.size
      room -= head.first + head.count - Math.max(next, head.first)
      last = head
    }
    if (!last) return { records, next, isEnd: heads.length === 0 }
    for (const { first, at, bodies } of await batches(tx, shard, heads[0]!.first, last.first))
      for (const [index, body] of unpackFrames(bodies).entries()) {
        const position = first + index
        if (position < next) continue
        if (records.length === count || (records.length > 0 && body.length > left))
          return { records, next, isEnd: false }
        left -= body.length
        records.push({ position, at, body })
        next = position + 1
      }
    if (last !== heads.at(-1)) return { records, next, isEnd: false }
    if (heads.length < HEADS_AT_ONCE) return { records, next, isEnd: true }
  }
}

/** The batches that hold the position or come behind it. */
async function headsFrom(tx: Reading, shard: string, from: Position): Promise<BatchHead[]> {
  const before = await tx.get<BatchHead>(
    "SELECT first, count, size FROM log_batches WHERE shard = $1 AND first < $2 ORDER BY first DESC LIMIT 1",
    shard,
    from,
  )
  const behind = await tx.all<BatchHead>(
    "SELECT first, count, size FROM log_batches WHERE shard = $1 AND first >= $2 ORDER BY first LIMIT $3",
    shard,
    from,
    HEADS_AT_ONCE,
  )
  return before && before.first + before.count > from ? [before, ...behind] : behind
}

const batches = (tx: Reading, shard: string, from: Position, to: Position) =>
  tx.all<{ first: number; at: number; bodies: Uint8Array }>(
    "SELECT first, at, bodies FROM log_batches WHERE shard = $1 AND first >= $2 AND first <= $3 ORDER BY first",
    shard,
    from,
    to,
  )
