import { randomUUID } from "../../../../base/random.ts"
import type { Writing } from "../../../../store/store.ts"
import type { AppClient } from "../../app-clients/record.ts"
import { userNotFound } from "../../errors.ts"
import type { SignIn } from "../../tokens/claims.ts"
import { createRefreshToken, deleteUseless, hashToken, insertRefreshToken } from "../../tokens/refresh-tokens.ts"
import type { UserPool } from "../../user-pools/record.ts"
import type { Grant } from "../codes/record.ts"

/** The sign-in that a grant is: what all its tokens share. */
export const signInOf = (client: AppClient, { scopes, resource, acr, amr, authTimeSeconds }: Grant): SignIn => ({
  eventId: randomUUID(),
  originJti: client.settings.EnableTokenRevocation === false ? undefined : randomUUID(),
  authTime: authTimeSeconds,
  granted: {
    scopes,
    ...(resource !== undefined && { resource }),
    ...(acr !== undefined && { acr }),
    ...(amr !== undefined && { amr }),
  },
})

/** Writes a sign-in, by the refresh token that goes with it; where nobody is given that, it is for being revoked alone. */
export async function keepHostedSignIn(
  tx: Writing,
  pool: UserPool,
  client: AppClient,
  sub: string,
  { signIn, expiresAt, refreshToken }: { signIn: SignIn; expiresAt: number; refreshToken?: string },
  now: number,
): Promise<void> {
  const row = await tx.get<{ sign_outs: number }>(
    "SELECT sign_outs FROM idp_users WHERE pool_id = $1 AND sub = $2 AND enabled = 1",
    pool.id,
    sub,
  )
  if (!row) throw userNotFound()
  await deleteUseless(tx, pool.id, sub, now)
  await insertRefreshToken(tx, pool.id, {
    hash: hashToken(refreshToken ?? createRefreshToken()),
    sub,
    clientId: client.id,
    expiresAt,
    rotatedAt: undefined,
    isRevoked: false,
    signOuts: Number(row.sign_outs),
    signIn,
  })
}
