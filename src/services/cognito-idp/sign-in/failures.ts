import { type Failures, FORGET_MILLISECONDS, NO_FAILURES } from "../../../base/lockout.ts"
import type { Reading, Writing } from "../../../store/store.ts"

/** Of a user, or of whoever else `countedAs` names. */
export async function findFailures(tx: Reading, poolId: string, sub: string): Promise<Failures> {
  const row = await tx.get<{ failures: number; last_failure: number }>(
    "SELECT failures, last_failure FROM idp_failures WHERE pool_id = $1 AND sub = $2",
    poolId,
    sub,
  )
  return row ? { failures: Number(row.failures), lastFailureAt: Number(row.last_failure) } : NO_FAILURES
}

/** Whoever adds a record takes away as many old ones, so that there are never more than failed of late. */
const SWEPT_AT_ONCE = 20

export async function putFailures(
  tx: Writing,
  poolId: string,
  sub: string,
  { failures, lastFailureAt }: Failures,
): Promise<void> {
  await tx.run(
    `INSERT INTO idp_failures (pool_id, sub, failures, last_failure) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pool_id, sub) DO UPDATE SET failures = excluded.failures, last_failure = excluded.last_failure`,
    poolId,
    sub,
    failures,
    lastFailureAt,
  )
  if (failures > 1) return
  await tx.run(
    `DELETE FROM idp_failures WHERE (pool_id, sub) IN
       (SELECT pool_id, sub FROM idp_failures WHERE last_failure < $1 ORDER BY last_failure LIMIT $2)`,
    lastFailureAt - FORGET_MILLISECONDS,
    SWEPT_AT_ONCE,
  )
}

/** What a right answer, or a new password, does. */
export async function forgetFailures(tx: Writing, poolId: string, sub: string): Promise<void> {
  await tx.run("DELETE FROM idp_failures WHERE pool_id = $1 AND sub = $2", poolId, sub)
}
