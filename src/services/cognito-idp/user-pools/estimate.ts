import type { Reading } from "../../../store/store.ts"

/** So many are counted; more are estimated, about two percent off. */
const COUNTED_AT_MOST = 2000

/**
 * `EstimatedNumberOfUsers`. The `sub`s of a pool are spread evenly, so that how far the first two thousand reach tells how
 * many there are, and a pool of millions is described as fast as one of thousands.
 */
export async function estimateUsers(tx: Reading, poolId: string): Promise<number> {
  const last = await tx.get<{ sub: string }>(
    "SELECT sub FROM idp_users WHERE pool_id = $1 ORDER BY sub LIMIT 1 OFFSET $2",
    poolId,
    COUNTED_AT_MOST,
  )
  if (last) return Math.round((COUNTED_AT_MOST + 1) / fractionOf(last.sub))
  const row = await tx.get<{ n: number }>("SELECT count(*) AS n FROM idp_users WHERE pool_id = $1", poolId)
  return Number(row!.n)
}

/** Where a UUID stands among all of them, from 0 to 1: its first twelve digits are chance. */
function fractionOf(sub: string): number {
  const digits = sub.replaceAll("-", "").slice(0, 12)
  return (Number.parseInt(digits, 16) + 1) / 16 ** 12
}
