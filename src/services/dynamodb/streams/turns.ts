import type { Store } from "../../../store/store.ts"
import { FEED_LANES } from "../kinesis/feed.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import { findStreamOf } from "./find.ts"
import { laneOf } from "./shards.ts"

/** The writer that comes last, for each log that is written to at this moment. */
const nodes = new WeakMap<Store, Map<string, Promise<void>>>()

/**
 * Does it when nobody else of this node writes to the same shards. Where several connections write, those of one shard come each before
 * the other: all but one would fail and be tried again, and the more of them there are the longer. Writers of a store that has one
 * connection for all stand in a queue already.
 */
export function inTurn<T>(
  store: Store,
  writes: readonly { table: Table; key: KeyBytes }[],
  work: () => Promise<T>,
): Promise<T> {
  const logs = store.isShared ? logsOf(store, writes) : []
  return logs.length === 0 ? work() : behindOthers(store, logs, work)
}

async function behindOthers<T>(store: Store, logs: readonly string[], work: () => Promise<T>): Promise<T> {
  const waiting = nodes.get(store) ?? new Map<string, Promise<void>>()
  nodes.set(store, waiting)
  const { promise: done, resolve } = Promise.withResolvers<void>()
  // All places are taken at once, so that nobody waits for who waits for them.
  const before = logs.map((log) => waiting.get(log))
  for (const log of logs) waiting.set(log, done)
  try {
    await Promise.all(before)
    return await work()
  } finally {
    for (const log of logs) if (waiting.get(log) === done) waiting.delete(log)
    resolve()
  }
}

function logsOf(store: Store, writes: readonly { table: Table; key: KeyBytes }[]): string[] {
  const logs = new Set<string>()
  for (const { table, key } of writes) {
    const { streamArn, destination } = table
    if (streamArn !== undefined) {
      const stream = findStreamOf(store, streamArn)
      const lanes = stream instanceof Promise ? 1 : (stream?.open.length ?? 0)
      if (lanes > 0) logs.add(`${streamArn}/${laneOf(key.pk, lanes)}`)
    }
    if (destination) logs.add(`${destination.id}/${laneOf(key.pk, FEED_LANES)}`)
  }
  return [...logs]
}
