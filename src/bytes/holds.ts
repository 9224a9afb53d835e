import type { Clock } from "../base/clock.ts"
import type { Store } from "../store/store.ts"
import { renewLease } from "./leases.ts"

const RENEWAL_MILLISECONDS = 60_000

/** Bytes in use by this node. `renew` is to be called now and then while they are: it keeps other nodes from sweeping. */
export interface Hold {
  renew(): Promise<void>
  release(): void
}

export interface Holds {
  hold(ids: Iterable<string>): Hold
  /** Whether this node reads or writes the bytes: then its sweep leaves them alone, whatever the clock says. */
  has(id: string): boolean
}

export function createHolds(store: Store, clock: Clock): Holds {
  const counts = new Map<string, number>()
  return {
    has: (id) => counts.has(id),
    hold(ids) {
      const held = new Set(ids)
      for (const id of held) counts.set(id, (counts.get(id) ?? 0) + 1)
      let renewed = clock.now()
      return {
        async renew() {
          const now = clock.now()
          if (now - renewed < RENEWAL_MILLISECONDS) return
          renewed = now
          await store.transact(async (tx) => {
            for (const id of held) await renewLease(tx, id, now)
          })
        },
        release() {
          for (const id of held) {
            const count = counts.get(id)! - 1
            if (count === 0) counts.delete(id)
            else counts.set(id, count)
          }
        },
      }
    },
  }
}
