import { BoundedCache } from "../base/bounded-cache.ts"
import type { Reading, Store, Writing } from "../store/store.ts"
import { appendRecords } from "./append.ts"
import { nextPosition, type Position } from "./positions.ts"
import { signalShard } from "./signals.ts"

/**
 * Closes a shard: nothing more is appended to it by `appendToOpen`, from whatever node, for each append looks at the end of
 * the shard in its own transaction, and finds there that it is closed. Where a record would have gone is returned.
 */
export async function sealShard(
  { store, tx }: { store: Store; tx: Writing },
  shard: string,
  atLeast: Position,
  now: number,
): Promise<Position> {
  const last = await lastBatch(tx, shard)
  const end = last ? last.first + last.count : 0
  if (last?.count === 0) return end
  const position = nextPosition(Math.max(end, atLeast), now)
  await tx.run(
    "INSERT INTO log_batches (shard, first, count, at, size, bodies) VALUES ($1, $2, 0, $3, 0, $4)",
    shard,
    position,
    now,
    new Uint8Array(),
  )
  endsOf(store)?.put(shard, UNKNOWN)
  // Whoever follows the shard has something to learn.
  signalShard(tx, shard)
  return position
}

/** Appends as `appendRecords` does, at `atLeast` or behind it; undefined, and nothing is done, where the shard is closed. */
export async function appendToOpen(
  { store, tx }: { store: Store; tx: Writing },
  shard: string,
  atLeast: Position,
  bodies: readonly Uint8Array[],
  now: number,
): Promise<Position | undefined> {
  const ends = endsOf(store)
  let end = ends?.find(shard) ?? UNKNOWN
  if (end === UNKNOWN) {
    const last = await lastBatch(tx, shard)
    if (last?.count === 0) return undefined
    end = last ? last.first + last.count : 0
  }
  const first = await appendRecords(tx, shard, bodies, now, Math.max(end, atLeast))
  ends?.put(shard, first + bodies.length)
  return first
}

const UNKNOWN = -1
const SHARDS_KNOWN = 10_000

const known = new WeakMap<Store, BoundedCache<string, Position>>()

/**
 * Where the open shards end, of a store that no other process writes to, so that no append has to look. Those of a transaction that
 * failed end later than they do, which leaves a gap and harms nobody.
 */
function endsOf(store: Store): BoundedCache<string, Position> | undefined {
  if (store.isShared) return undefined
  const ends = known.get(store) ?? new BoundedCache<string, Position>(SHARDS_KNOWN)
  known.set(store, ends)
  return ends
}

const lastBatch = (tx: Reading, shard: string) =>
  tx.get<{ first: number; count: number }>(
    "SELECT first, count FROM log_batches WHERE shard = $1 ORDER BY first DESC LIMIT 1",
    shard,
  )
