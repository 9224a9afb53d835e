import type { Reading, Writing } from "../store/store.ts"
import { packFrames } from "./frames.ts"
import { nextPosition, type Position } from "./positions.ts"
import { signalShard } from "./signals.ts"

/** A row holds no more, so that a reader need not take much more than it asked for. */
const BATCH_BYTES = 1024 * 1024

/** Where the record behind the last one of a shard would go; 0 of a shard that is empty. */
export async function endOf(tx: Reading, shard: string): Promise<Position> {
  const last = await tx.get<{ first: number; count: number }>(
    "SELECT first, count FROM log_batches WHERE shard = $1 ORDER BY first DESC LIMIT 1",
    shard,
  )
  return last ? last.first + last.count : 0
}

/**
 * Appends records to a shard, in the transaction that they are about: they are there exactly when the rest of it is. The cost
 * does not grow with what the shard holds. The position of the first is returned; the others follow it one by one. `now`
 * is the time of arrival in milliseconds; `end`, where it is known in this transaction, the end of the shard.
 *
 * Records of one shard have the order in which their transactions took place: transactions are serializable, and each
 * looks at the end of the shard before it writes there.
 */
export async function appendRecords(
  tx: Writing,
  shard: string,
  bodies: readonly Uint8Array[],
  now: number,
  end?: Position,
): Promise<Position> {
  const start = nextPosition(end ?? (await endOf(tx, shard)), now)
  let first = start
  for (const batch of bodies.length === 1 ? [bodies] : batchesOf(bodies)) {
    const packed = packFrames(batch)
    await tx.run(
      "INSERT INTO log_batches (shard, first, count, at, size, bodies) VALUES ($1, $2, $3, $4, $5, $6)",
      shard,
      first,
      batch.length,
      now,
      packed.length,
      packed,
    )
    first += batch.length
  }
  if (first > start) signalShard(tx, shard)
  return start
}

/** As many as go into a row together. */
function* batchesOf(bodies: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let from = 0
  let bytes = 0
  for (const [index, body] of bodies.entries()) {
    if (index > from && bytes + body.length > BATCH_BYTES) {
      yield bodies.slice(from, index)
      from = index
      bytes = 0
    }
    bytes += body.length
  }
  if (from < bodies.length) yield bodies.slice(from)
}
