import type { Deps } from "../../../../call.ts"
import { onAnyAppended } from "../../../../records/signals.ts"
import type { Store } from "../../../../store/store.ts"
import { pollName, WATCH } from "./jobs.ts"
import { findReaders, listPollersBehind, type Poller } from "./pollers.ts"

/** What this node knows of the lanes that wait: which are not to be woken before a time, by the keys of their jobs. */
type Resting = Map<string, number>

interface Waking {
  resting: Resting
  stop(): void
}

// A server has one store: what is handed on of `Deps` is another object each time, and the store is the same.
const nodes = new WeakMap<Store, Waking>()

/** From now on whoever reads a shard is woken when something is appended to it on this node. */
export async function startWaking(deps: Pick<Deps, "store" | "work" | "clock">): Promise<void> {
  const { store, work } = deps
  const stop = onAnyAppended(store, (shard) => {
    const readers = findReaders(store, shard)
    // Who cannot be found now looks by itself, a little later.
    if (readers instanceof Promise)
      readers.then(
        (found) => wake(deps, found ?? []),
        () => {},
      )
    else if (readers) wake(deps, readers)
  })
  nodes.set(store, { resting: new Map(), stop })
  const [any] = await store.read((tx) => listPollersBehind(tx, { mapping: "", shard: "" }, 1))
  if (any) await store.transact((tx) => work.enqueue(tx, { kind: WATCH, key: "" }))
}

export function stopWaking({ store }: Pick<Deps, "store">): void {
  nodes.get(store)?.stop()
  nodes.delete(store)
}

const LONGEST_REST_MILLISECONDS = 60_000

/** Begins the lanes that wait for records; those that wait for a time go on waiting. */
export function wake({ store, work, clock }: Pick<Deps, "store" | "work" | "clock">, readers: readonly Poller[]): void {
  const resting = nodes.get(store)?.resting
  const now = clock.now()
  for (const reader of readers)
    for (let lane = 0; lane < reader.lanes; lane++) {
      const name = pollName(reader, lane)
      const until = resting?.get(name.key) ?? 0
      // A rest that is longer than any could be is of a clock that was set back since.
      if (until <= now || until > now + LONGEST_REST_MILLISECONDS) work.hasten(name)
    }
}

/** The lane is not to be woken before. */
export const rest = ({ store }: Pick<Deps, "store">, key: string, until: number): void =>
  void nodes.get(store)?.resting.set(key, until)

export const endRest = ({ store }: Pick<Deps, "store">, key: string): void => void nodes.get(store)?.resting.delete(key)
