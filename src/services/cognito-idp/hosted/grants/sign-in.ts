import { randomUUID } from "../../../../base/random.ts"
import type { Writing } from "../../../../store/store.ts"
import type { AppClient } from "../../app-clients/record.ts"
import { userNotFound } from "../../errors.ts"
import type { SignIn } from "../../tokens/claims.ts"
import { createRefreshToken, deleteUseless, hashToken, insertRefreshToken } from "../../tokens/refresh-tokens.ts"
import { trackTokenSession } from "../../user-sessions/track.ts"
import type { Grant } from "../codes/record.ts"
import type { Hosted } from "../hosted.ts"

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
  { deps, pool }: Pick<Hosted, "deps" | "pool">,
  client: AppClient,
  { sub, ssoId: originId }: Pick<Grant, "sub" | "ssoId">,
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
  await trackTokenSession(tx, deps, pool, { sub, clientId: client.id, eventId: signIn.eventId, expiresAt, originId })
}
