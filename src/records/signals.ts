import type { Store, Writing } from "../store/store.ts"

const APPENDED = "records.appended"

/**
 * Wakes who waits for a shard, once the transaction has committed. Appends do it by themselves; whoever closes a shard does it so that its
 * readers go on to what follows it at once.
 */
export const signalShard = (tx: Writing, shard: string): void => tx.signal(APPENDED, shard)

const waiting = new WeakMap<Store, Map<string, Set<() => void>>>()

/**
 * Calls the listener after each commit on this node that appended to the shard, before its writers are told; the function that is returned
 * ends it. What other nodes append is not heard of: who listens also looks, once a second or so, where the
 * store is shared. Nothing is kept of what was signalled: listen first, and then read.
 */
export function onAppended(store: Store, shard: string, listener: () => void): () => void {
  const shards = waiting.get(store) ?? listen(store)
  const listeners = shards.get(shard) ?? new Set()
  shards.set(shard, listeners)
  // Of its own, so that one that is given twice is called twice and ended one by one.
  const own = () => listener()
  listeners.add(own)
  return () => {
    listeners.delete(own)
    if (listeners.size === 0 && shards.get(shard) === listeners) shards.delete(shard)
  }
}

/** The same of all shards, whose key the listener is given. */
export const onAnyAppended = (store: Store, listener: (shard: string) => void): (() => void) =>
  store.onSignal(APPENDED, listener)

/** One listener of the store's for all shards, for as long as the store is there. */
function listen(store: Store): Map<string, Set<() => void>> {
  const shards = new Map<string, Set<() => void>>()
  waiting.set(store, shards)
  onAnyAppended(store, (shard) => {
    for (const listener of shards.get(shard) ?? []) listener()
  })
  return shards
}
