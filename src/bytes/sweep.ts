import { condemn, type Expired, forgetLease, listExpired } from "./leases.ts"
import type { Room } from "./room.ts"

const LISTED_AT_ONCE = 64
const FIRST: Expired = { id: "", expires: 0 }

/**
 * Removes bytes whose lease has run out: left by writers that died, by overwritten and by deleted records. One piece of
 * it, of those after `after`; returns what to go on after, or undefined at the end. What cannot be removed waits for the
 * next time.
 */
export async function sweepSome(room: Room, signal: AbortSignal, after = FIRST): Promise<Expired | undefined> {
  const { store, clock, holds, onFault } = room
  const now = clock.now()
  const expired = await store.read((tx) => listExpired(tx, now, after, LISTED_AT_ONCE))
  for (const { id } of expired) {
    if (holds.has(id)) continue
    await removeExpired(room, id, now, signal).catch((error) => {
      if (!signal.aborted) onFault(error)
    })
    signal.throwIfAborted()
  }
  return expired.length < LISTED_AT_ONCE ? undefined : expired.at(-1)
}

/** The lease goes last, so that what is cut off is found again. */
async function removeExpired({ store, engine }: Room, id: string, now: number, signal: AbortSignal): Promise<void> {
  if (!(await store.transact((tx) => condemn(tx, id, now)))) return
  while (!(await engine.remove(id))) signal.throwIfAborted()
  await store.transact((tx) => forgetLease(tx, id))
}
