import type { Clock } from "../base/clock.ts"
import type { Store } from "../store/store.ts"
import { newBodyId } from "./ids.ts"
import { grantLease, LEASE_MILLISECONDS } from "./leases.ts"

/** Ids that are given leases at once: a commit costs as much for many rows as for one. */
const IDS_AT_ONCE = 16
/** What was not taken so soon is left to run out. */
const FRESH_MILLISECONDS = LEASE_MILLISECONDS / 3

/** Ids of bodies to come, which have their leases already. */
export interface Reserve {
  take(): Promise<string>
  /** Forgets them: the leases are gone. */
  clear(): void
}

export function createReserve(store: Store, clock: Clock): Reserve {
  let ids: string[] = []
  let granted = 0
  let filling: Promise<void> | undefined

  async function fill(): Promise<void> {
    const fresh = Array.from({ length: IDS_AT_ONCE }, () => newBodyId(undefined))
    const now = clock.now()
    await store.transact(async (tx) => {
      for (const id of fresh) await grantLease(tx, id, now)
    })
    ids = fresh
    granted = now
  }

  return {
    async take() {
      for (;;) {
        const age = clock.now() - granted
        // The clock may have been set back.
        const id = age >= 0 && age < FRESH_MILLISECONDS ? ids.pop() : undefined
        if (id !== undefined) return id
        filling ??= fill().finally(() => {
          filling = undefined
        })
        await filling
      }
    },
    clear() {
      ids = []
    },
  }
}
