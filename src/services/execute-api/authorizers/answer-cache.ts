import { hash } from "node:crypto"
import { BoundedCache } from "../../../base/bounded-cache.ts"
import type { Store } from "../../../store/store.ts"

/** What authorizers' functions have answered, for as long as they are good: each node remembers its own. */
export interface AnswerCache<T> {
  find(key: string, now: number): T | undefined
  put(key: string, answer: T, expiresAt: number, bytes: number): void
}

const ANSWERS_AT_MOST = 4_096
/** Longer ones are asked for each time, so that all of them together stay small. */
const MOST_BYTES = 16 * 1024

interface Entry<T> {
  answer: T
  /** Milliseconds since the epoch. */
  expiresAt: number
}

export function createAnswerCache<T>(): AnswerCache<T> {
  const entries = new BoundedCache<string, Entry<T>>(ANSWERS_AT_MOST)
  return {
    find(key, now) {
      const entry = entries.find(key)
      return entry && now < entry.expiresAt ? entry.answer : undefined
    },
    put(key, answer, expiresAt, bytes) {
      if (bytes <= MOST_BYTES) entries.put(key, { answer, expiresAt })
    },
  }
}

/** Whatever identifies a caller, without being kept: a token is a secret. `parts` are told apart whatever they hold. */
export const cacheKey = (parts: readonly string[]): string => hash("sha256", JSON.stringify(parts), "base64")

const caches = new WeakMap<Store, Map<string, AnswerCache<unknown>>>()

/** One for each kind of authorizer and server: tests run several in one process. */
export function answerCacheOf<T>(store: Store, kind: string): AnswerCache<T> {
  const byKind = caches.get(store) ?? new Map<string, AnswerCache<unknown>>()
  caches.set(store, byKind)
  const cache = byKind.get(kind) ?? createAnswerCache()
  byKind.set(kind, cache)
  return cache as AnswerCache<T>
}
