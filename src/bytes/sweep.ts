import { condemn, forgetLease, listExpired } from "./leases.ts"
import type { Room } from "./room.ts"

const LISTED_AT_ONCE = 64

/** How far a sweep has come, and what it could not remove. */
export interface Swept {
  after: string
  fault?: string
}

/**
 * Removes bytes whose lease has run out: left by writers that died, by overwritten and by deleted records. One piece of
 * it; undefined at the end. What cannot be removed does not keep the others: it is told when all have had their turn.
 */
export async function sweepSome(room: Room, { after, fault }: Swept = { after: "" }): Promise<Swept | undefined> {
  const { store, clock, holds } = room
  const now = clock.now()
  const expired = await store.read((tx) => listExpired(tx, now, after, LISTED_AT_ONCE))
  let told = fault
  for (const id of expired) {
    if (holds.has(id)) continue
    await removeExpired(room, id, now).catch((error: Error) => {
      told = error.message
    })
  }
  if (expired.length === LISTED_AT_ONCE) return { after: expired.at(-1)!, ...(told !== undefined && { fault: told }) }
  if (told !== undefined) throw new Error(told)
  return undefined
}

/** The lease goes last, so that what is cut off is found again. */
async function removeExpired({ store, engine }: Room, id: string, now: number): Promise<void> {
  if (!(await store.transact((tx) => condemn(tx, id, now)))) return
  while (!(await engine.remove(id))) {}
  await store.transact((tx) => forgetLease(tx, id))
}
