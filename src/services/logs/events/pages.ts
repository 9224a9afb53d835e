import type { Reading, Value } from "../../../store/store.ts"
import type { Place } from "./place.ts"

/** An event as it is kept. */
export interface StoredEvent extends Place {
  streamId: string
  ingested: number
  message: string
}

/** Of which events a page is: of one stream or of a whole group, between two places, neither of which is in it. */
export interface Span {
  of: { column: "stream_id" | "group_id"; id: string }
  from: Place
  to: Place
}

interface Row extends Place {
  size: number
}

const ROWS_AT_ONCE = 1_000
/** What AWS counts for an event beside its text: API Reference, PutLogEvents. */
export const EVENT_OVERHEAD_BYTES = 26
/** API Reference, GetLogEvents: an answer has 1 MB at most. */
const PAGE_BYTES = 1024 * 1024

/**
 * The first events of a span, or the last, in the order of their places: as many as fit into an answer, and at least one
 * where there is one. How long each is, is looked at before any is read.
 */
export async function readPage(
  tx: Reading,
  span: Span,
  { limit, fromEnd }: { limit: number; fromEnd: boolean },
): Promise<{ events: StoredEvent[]; isLast: boolean }> {
  let { from, to } = span
  const found: Row[] = []
  let bytes = 0
  let isLast = false
  for (;;) {
    const count = Math.min(ROWS_AT_ONCE, limit - found.length)
    const rows = await listPlaces(tx, { ...span, from, to }, fromEnd, count)
    let isFull = false
    for (const row of rows) {
      bytes += row.size + EVENT_OVERHEAD_BYTES
      isFull = found.length > 0 && bytes > PAGE_BYTES
      if (isFull) break
      found.push(row)
    }
    isLast = !isFull && rows.length < count
    if (isFull || isLast || found.length >= limit) break
    if (fromEnd) to = found.at(-1)!
    else from = found.at(-1)!
  }
  if (found.length === 0) return { events: [], isLast }
  const [first, last] = fromEnd ? [found.at(-1)!, found[0]!] : [found[0]!, found.at(-1)!]
  return { events: await readBetween(tx, span.of, first, last), isLast }
}

const listPlaces = (tx: Reading, { of, from, to }: Span, fromEnd: boolean, limit: number): Promise<Row[]> => {
  const order = fromEnd ? "DESC" : "ASC"
  return tx.all<Row>(
    `SELECT time, seq, size FROM logs_events
     WHERE ${of.column} = $1 AND (time, seq) > ($2, $3) AND (time, seq) < ($4, $5)
     ORDER BY time ${order}, seq ${order} LIMIT $6`,
    ...placesOf(of.id, from, to),
    limit,
  )
}

async function readBetween(tx: Reading, of: Span["of"], first: Place, last: Place): Promise<StoredEvent[]> {
  const rows = await tx.all<Place & { stream_id: string; ingested: number; message: string }>(
    `SELECT stream_id, time, seq, ingested, message FROM logs_events
     WHERE ${of.column} = $1 AND (time, seq) >= ($2, $3) AND (time, seq) <= ($4, $5) ORDER BY time, seq`,
    ...placesOf(of.id, first, last),
  )
  return rows.map(({ stream_id, message, ...row }) => ({
    ...row,
    streamId: stream_id,
    message: JSON.parse(message) as string,
  }))
}

const placesOf = (id: string, from: Place, to: Place): Value[] => [id, from.time, from.seq, to.time, to.seq]
