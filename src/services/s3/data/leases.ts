import type { Clock } from "../../../base/clock.ts"
import type { Store, Writing } from "../../../store/store.ts"

/** How long data that no object owns stays: a reader or an uploader that works renews it. */
export const LEASE_MILLISECONDS = 15 * 60_000
const RENEWAL_MILLISECONDS = 60_000

/** Marks data whose deletion has begun: its lease can no longer be renewed. */
export const CONDEMNED = 0

/** Begins the lease of data that no object owns (any more). */
export async function grantLease(tx: Writing, dataId: string, now: number): Promise<void> {
  await tx.run(
    "INSERT INTO s3_leases (data_id, expires) VALUES ($1, $2) ON CONFLICT (data_id) DO NOTHING",
    dataId,
    now + LEASE_MILLISECONDS,
  )
}

/** False where the lease had run out and the data is going. */
export async function renewLease(tx: Writing, dataId: string, now: number): Promise<boolean> {
  const rows = await tx.run(
    "UPDATE s3_leases SET expires = $2 WHERE data_id = $1 AND expires > $3",
    dataId,
    now + LEASE_MILLISECONDS,
    CONDEMNED,
  )
  return rows > 0
}

/** Ends the lease of data that an object owns from now on; false where the data is going or gone. */
export async function endLease(tx: Writing, dataId: string): Promise<boolean> {
  return (await tx.run("DELETE FROM s3_leases WHERE data_id = $1 AND expires > $2", dataId, CONDEMNED)) > 0
}

const holds = new WeakMap<Store, Map<string, number>>()

const holdsOf = (store: Store): Map<string, number> => {
  let map = holds.get(store)
  if (!map) {
    map = new Map()
    holds.set(store, map)
  }
  return map
}

/** Whether this node reads or writes the data: then its sweep leaves it alone, whatever the clock says. */
export const isHeld = (store: Store, dataId: string): boolean => holdsOf(store).has(dataId)

/** Data in use by this node. `renew` is to be called now and then while it is, and keeps other nodes from sweeping it. */
export interface Hold {
  renew(): Promise<void>
  release(): void
}

export function hold(store: Store, clock: Clock, dataId: string): Hold {
  const map = holdsOf(store)
  map.set(dataId, (map.get(dataId) ?? 0) + 1)
  let renewed = clock.now()
  return {
    async renew() {
      const now = clock.now()
      if (now - renewed < RENEWAL_MILLISECONDS) return
      renewed = now
      await store.transact((tx) => renewLease(tx, dataId, now))
    },
    release() {
      const count = (map.get(dataId) ?? 1) - 1
      if (count === 0) map.delete(dataId)
      else map.set(dataId, count)
    },
  }
}
