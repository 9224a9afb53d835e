import { findOngoing, type Ongoing } from "./ongoing.ts"
import type { Cache, Reading } from "./store.ts"

/** Entries per kind. Keys that do not exist take a place too, so a caller who invents keys cannot grow the memory. */
const ENTRIES = 20_000

/** What `Writing.changed` was told. `*` as kind or key stands for all of them. */
export interface Change {
  kind: string
  key: string
}

type Load<T> = (tx: Reading, key: string) => Promise<T | undefined>

export interface Caches {
  cache<T>(kind: string, load: Load<T>): Cache<T>
  evict(changes: readonly Change[]): void
  evictAll(): void
  /** How many times something was evicted: tells whether a snapshot is as fresh as the caches. */
  evictions(): number
}

interface Evictable {
  evict(key: string): void
}

export function createCaches(read: <T>(work: (tx: Reading) => Promise<T>) => Promise<T>): Caches {
  // biome-ignore lint/suspicious/noExplicitAny: each kind has records of its own type
  const byKind = new Map<string, Cache<any> & Evictable>()
  let evictions = 0

  function evict(changes: readonly Change[]) {
    if (changes.length > 0) evictions++
    for (const { kind, key } of changes) {
      if (kind === "*") for (const cache of byKind.values()) cache.evict(key)
      else byKind.get(kind)?.evict(key)
    }
  }

  return {
    evict,
    evictAll: () => evict([{ kind: "*", key: "*" }]),
    evictions: () => evictions,
    cache(kind, load) {
      const known = byKind.get(kind)
      if (known) return known
      const cache = createCache(load, read, () => evictions)
      byKind.set(kind, cache)
      return cache
    },
  }
}

function createCache<T>(
  load: Load<T>,
  read: <R>(work: (tx: Reading) => Promise<R>) => Promise<R>,
  evictions: () => number,
): Cache<T> & Evictable {
  const kept = createGenerations<{ value: T | undefined }>(ENTRIES)
  const loads = new Map<string, Promise<T | undefined>>()

  /** A load that an eviction overtook is no longer in `loads`, and what it found is not kept. */
  function startLoad(key: string, ongoing: Ongoing | undefined): Promise<T | undefined> {
    const loading = (ongoing ? load(ongoing.tx, key) : read((tx) => load(tx, key))).then(
      (value) => {
        if (loads.get(key) === loading) {
          loads.delete(key)
          kept.put(key, { value })
        }
        return value
      },
      (error) => {
        if (loads.get(key) === loading) loads.delete(key)
        throw error
      },
    )
    loads.set(key, loading)
    return loading
  }

  return {
    find(key) {
      const entry = kept.find(key)
      if (entry) return entry.value
      const ongoing = findOngoing()
      // Inside a transaction the load sees what that transaction sees. Where that may differ from what is committed
      // now, it is for that transaction alone: neither shared nor kept.
      if (ongoing && !(ongoing.isClean() && ongoing.evictionsBefore === evictions())) return load(ongoing.tx, key)
      // A load that another transaction began may wait for this one to end, so it is only shared outside of any.
      if (ongoing) return loads.has(key) ? load(ongoing.tx, key) : startLoad(key, ongoing)
      return loads.get(key) ?? startLoad(key, undefined)
    },
    evict(key) {
      if (key === "*") {
        kept.clear()
        loads.clear()
      } else {
        kept.delete(key)
        loads.delete(key)
      }
    },
  }
}

/**
 * A bounded map in which what is used stays: a full young generation becomes the old one, and what is found in the old
 * one moves back. Unlike an exact least-recently-used list, a hit on a young entry writes nothing.
 */
function createGenerations<V>(limit: number) {
  let young = new Map<string, V>()
  let old = new Map<string, V>()
  function put(key: string, value: V) {
    if (young.size >= limit / 2) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  return {
    put,
    find(key: string): V | undefined {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) put(key, older)
      return older
    },
    delete(key: string) {
      young.delete(key)
      old.delete(key)
    },
    clear() {
      young.clear()
      old.clear()
    },
  }
}
