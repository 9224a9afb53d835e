import { randomBits } from "../../../base/random.ts"
import type { Value, Writing } from "../../../store/store.ts"
import { noteEvents, type Stream } from "../streams/record.ts"
import { formatSeq } from "./place.ts"

export interface NewEvent {
  /** Milliseconds since the epoch. */
  time: number
  message: string
}

/** How many rows one statement takes: few different statements, and few of them for a large batch. */
const AT_ONCE = [100, 10, 1] as const
const COLUMNS = 7

const statements = new Map<number, string>(AT_ONCE.map((rows) => [rows, statement(rows)]))

function statement(rows: number): string {
  const row = (at: number) => `(${Array.from({ length: COLUMNS }, (_, column) => `$${at * COLUMNS + column + 1}`)})`
  const values = Array.from({ length: rows }, (_, at) => row(at)).join(", ")
  return `INSERT INTO logs_events (stream_id, time, seq, group_id, ingested, size, message) VALUES ${values}`
}

let batches = 0

/** In the order in which they are given; at least one. Texts are kept as JSON, which holds what no column of text does. */
export async function insertEvents(
  tx: Writing,
  stream: Stream,
  events: readonly NewEvent[],
  now: number,
): Promise<void> {
  const batch = batches++
  const chance = randomBits(40)
  let at = 0
  for (const rows of AT_ONCE)
    while (events.length - at >= rows) {
      const values: Value[] = []
      for (const { time, message } of events.slice(at, at + rows))
        values.push(
          stream.id,
          time,
          formatSeq(now, batch, at++, chance),
          stream.groupId,
          now,
          Buffer.byteLength(message),
          JSON.stringify(message),
        )
      await tx.run(statements.get(rows)!, ...values)
    }
  let first = events[0]!.time
  let last = first
  for (const { time } of events) {
    first = Math.min(first, time)
    last = Math.max(last, time)
  }
  await noteEvents(tx, stream, { first, last, now })
}
