/** Something happened on this node: to what, by its key. */
export type Listener = (key: string) => void

/** Who listens on this node to what transactions signal (`Writing.signal`). */
export interface Signals {
  raise(topic: string, key: string): void
  /** Until the function that is returned is called. */
  listen(topic: string, listener: Listener): () => void
}

export function createSignals(): Signals {
  const topics = new Map<string, Set<Listener>>()
  return {
    raise(topic, key) {
      for (const listener of topics.get(topic) ?? []) listener(key)
    },
    listen(topic, listener) {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic)
      }
    },
  }
}
