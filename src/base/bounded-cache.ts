/**
 * A map that forgets what was not asked for lately. It keeps two generations of `capacity / 2`; reading an old entry
 * makes it young again, so a hit costs one look-up and no bookkeeping.
 */
export class BoundedCache<K, V> {
  readonly #half: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2))
  }

  find(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.put(key, old)
    return old
  }

  put(key: K, value: V): void {
    this.#young.set(key, value)
    if (this.#young.size < this.#half) return
    this.#old = this.#young
    this.#young = new Map()
  }

  /** Entries held; at most the capacity. */
  get size(): number {
    return this.#young.size + this.#old.size
  }
}
