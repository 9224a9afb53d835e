import type { Reading, Row, Writing } from "../store/store.ts"

/** How long bytes that nobody owns stay: a reader or a writer that works renews it. */
export const LEASE_MILLISECONDS = 15 * 60_000

/** Marks bytes whose removal has begun: their lease can no longer be renewed. */
const CONDEMNED = 0

/** Begins the lease of a body or a family that nobody owns (any more). */
export async function grantLease(tx: Writing, id: string, now: number): Promise<void> {
  await tx.run(
    "INSERT INTO bytes_leases (id, expires) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
    id,
    now + LEASE_MILLISECONDS,
  )
}

/** Does nothing where there is no lease, or where it had run out and the bytes are going. */
export async function renewLease(tx: Writing, id: string, now: number): Promise<void> {
  await tx.run(
    "UPDATE bytes_leases SET expires = $2 WHERE id = $1 AND expires > $3",
    id,
    now + LEASE_MILLISECONDS,
    CONDEMNED,
  )
}

/** Ends the lease of a body that somebody owns from now on; false where it is going or gone. */
export async function endLease(tx: Writing, id: string): Promise<boolean> {
  return (await tx.run("DELETE FROM bytes_leases WHERE id = $1 AND expires > $2", id, CONDEMNED)) > 0
}

export const isLeased = async (tx: Reading, id: string): Promise<boolean> =>
  (await tx.get("SELECT 1 AS one FROM bytes_leases WHERE id = $1", id)) !== undefined

/** A lease that has run out, or whose bytes are going. */
export interface Expired {
  id: string
  expires: number
}

/** The first of them after this one: those whose removal was begun, and then by the time that they ran out. */
export const listExpired = (tx: Reading, now: number, after: Expired, most: number): Promise<Expired[]> =>
  tx.all<Expired & Row>(
    `SELECT id, expires FROM bytes_leases WHERE expires < $1 AND (expires, id) > ($2, $3)
     ORDER BY expires, id LIMIT ${most}`,
    now,
    after.expires,
    after.id,
  )

/** False where the lease was renewed or ended in the meantime. */
export async function condemn(tx: Writing, id: string, now: number): Promise<boolean> {
  const changed = await tx.run(
    "UPDATE bytes_leases SET expires = $3 WHERE id = $1 AND expires < $2",
    id,
    now,
    CONDEMNED,
  )
  return changed > 0
}

/** To be called when nothing is left of the bytes. */
export async function forgetLease(tx: Writing, id: string): Promise<void> {
  await tx.run("DELETE FROM bytes_leases WHERE id = $1", id)
}
