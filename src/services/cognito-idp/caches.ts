import type { Cache, Reading, Store } from "../../store/store.ts"

/** The one cache of a kind that each store has, made when it is first asked for. */
export function cached<T>(
  kind: string,
  load: (tx: Reading, key: string) => Promise<T | undefined>,
): (store: Store) => Cache<T> {
  const caches = new WeakMap<Store, Cache<T>>()
  return (store) => {
    const known = caches.get(store)
    if (known) return known
    const cache = store.cache(kind, load)
    caches.set(store, cache)
    return cache
  }
}
