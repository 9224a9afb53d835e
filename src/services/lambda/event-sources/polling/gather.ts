import type { LogEntry, OpenLog } from "../../../../peers.ts"
import type { Position } from "../../../../records/positions.ts"

/** A record that is for the function, as its event has it. */
export interface Taken {
  entry: LogEntry
  text: string
}

/** What was read for one invocation. */
export interface Gathered {
  taken: readonly Taken[]
  /** Where to go on: behind everything that was looked at. */
  next: Position
  /** `full`: nothing more has its place in it. `end`: the shard holds no more by now. `over`: nor will it ever. */
  stop: "full" | "end" | "over"
}

export interface Gathering {
  log: OpenLog
  shard: string
  from: Position
  /** The first position that is not looked at, of a batch that is tried again. */
  until?: Position
  /** How many records at most. */
  count: number
  /** How many bytes of text at most, but for the first record. */
  bytes: number
  isWanted(entry: LogEntry): boolean
  textOf(entry: LogEntry): string
  /** Whether a record may follow the first one of the batch. */
  fits?(first: LogEntry, entry: LogEntry): boolean
}

/** One look takes no more of the main thread and of the store; the next goes on behind it. */
const LOOKED_AT_MOST = 10_000
const LOOKED_AHEAD = 500
const READ_BYTES = 4 * 1024 * 1024

/** Reads on until a batch is full or there is nothing more. Records that are not wanted count as read. */
export async function gather(asked: Gathering): Promise<Gathered> {
  const { log, shard, until = Number.POSITIVE_INFINITY, count, bytes, isWanted, textOf, fits } = asked
  const taken: Taken[] = []
  let next = asked.from
  let size = 0
  for (let looked = 0; ; ) {
    // Who found too little that is wanted looks at more at a time.
    const ahead = looked === 0 ? count : Math.max(count, LOOKED_AHEAD)
    const page = await log.read(shard, next, { count: Math.min(ahead, LOOKED_AT_MOST), bytes: READ_BYTES })
    for (const entry of page.records) {
      if (entry.position >= until) return { taken, next: until, stop: "full" }
      next = entry.position + 1
      looked++
      if (!isWanted(entry)) continue
      const text = textOf(entry)
      size += Buffer.byteLength(text) + 1
      const first = taken[0]?.entry
      if (first && (size > bytes || (fits && !fits(first, entry)))) return { taken, next: entry.position, stop: "full" }
      taken.push({ entry, text })
      if (taken.length === count) return { taken, next, stop: "full" }
    }
    next = Math.max(next, page.next)
    // What is tried again was there: where the shard ends before it, it has grown too old to be read.
    if (next >= until || (page.isEnd && Number.isFinite(until))) return { taken, next: until, stop: "full" }
    if (page.isOver) return { taken, next, stop: "over" }
    if (page.isEnd) return { taken, next, stop: "end" }
    if (looked >= LOOKED_AT_MOST) return { taken, next, stop: "full" }
  }
}
