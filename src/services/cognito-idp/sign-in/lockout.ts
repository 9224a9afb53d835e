import type { CallContext } from "../../../call.ts"
import { type AuthEvent, recordEvent } from "../auth-events/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"

// Source: "Using user pools", lockout for failed sign-in attempts: after five failures a user is locked out for one
// second, doubling with each further failure up to about 15 minutes; 15 minutes without an attempt forget them.
const FREE_FAILURES = 5
const FORGET_MILLISECONDS = 15 * 60 * 1000

type Failures = Pick<User, "failures" | "lastFailureAt">

/** Whether passwords are not even looked at for now. */
export const isLockedOut = ({ failures, lastFailureAt }: Failures, now: number): boolean =>
  failures >= FREE_FAILURES &&
  now < lastFailureAt + Math.min(2 ** (failures - FREE_FAILURES) * 1000, FORGET_MILLISECONDS)

export const afterFailure = ({ failures, lastFailureAt }: Failures, now: number): Failures => ({
  failures: now - lastFailureAt >= FORGET_MILLISECONDS ? 1 : failures + 1,
  lastFailureAt: now,
})

/** Remembers a wrong answer, in the user's history too. */
export async function recordFailure(
  deps: Pick<CallContext, "store" | "clock" | "request">,
  pool: UserPool,
  sub: string,
  event: Pick<AuthEvent, "type" | "challenge">,
): Promise<void> {
  const { store, clock } = deps
  const poolId = pool.id
  const now = clock.now()
  await store.transact(async (tx) => {
    const row = await tx.get<{ failures: number; last_failure: number }>(
      "SELECT failures, last_failure FROM idp_users WHERE pool_id = $1 AND sub = $2",
      poolId,
      sub,
    )
    if (!row) return
    const { failures, lastFailureAt } = afterFailure(
      { failures: Number(row.failures), lastFailureAt: Number(row.last_failure) },
      now,
    )
    await tx.run(
      "UPDATE idp_users SET failures = $3, last_failure = $4 WHERE pool_id = $1 AND sub = $2",
      poolId,
      sub,
      failures,
      lastFailureAt,
    )
    await recordEvent(tx, deps, pool, sub, { ...event, response: "Fail" })
  })
}
