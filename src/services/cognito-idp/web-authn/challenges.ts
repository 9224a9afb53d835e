import type { Reading, Writing } from "../../../store/store.ts"

/** What a registration waits for. A user has one: who begins another gives the one before up. */
export interface RegistrationChallenge {
  challenge: string
  clientId: string
  relyingPartyId: string
}

/** The browser is told to wait a minute; who answers later than this has no challenge any more. */
const VALID_MILLISECONDS = 5 * 60_000
const SWEPT_AT_ONCE = 20

export async function putChallenge(
  tx: Writing,
  poolId: string,
  sub: string,
  challenge: RegistrationChallenge,
  now: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO idp_passkey_challenges (pool_id, sub, expires, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (pool_id, sub) DO UPDATE SET expires = excluded.expires, body = excluded.body`,
    poolId,
    sub,
    now + VALID_MILLISECONDS,
    JSON.stringify(challenge),
  )
  await tx.run(
    `DELETE FROM idp_passkey_challenges WHERE (pool_id, sub) IN
       (SELECT pool_id, sub FROM idp_passkey_challenges WHERE expires < $1 ORDER BY expires LIMIT $2)`,
    now,
    SWEPT_AT_ONCE,
  )
}

const findRow = (tx: Reading, poolId: string, sub: string) =>
  tx.get<{ expires: number; body: string }>(
    "SELECT expires, body FROM idp_passkey_challenges WHERE pool_id = $1 AND sub = $2",
    poolId,
    sub,
  )

/** Uses it up, whatever comes of the answer. */
export async function takeChallenge(
  tx: Writing,
  poolId: string,
  sub: string,
  now: number,
): Promise<RegistrationChallenge | undefined> {
  const row = await findRow(tx, poolId, sub)
  if (!row) return undefined
  await tx.run("DELETE FROM idp_passkey_challenges WHERE pool_id = $1 AND sub = $2", poolId, sub)
  return Number(row.expires) > now ? JSON.parse(row.body) : undefined
}
