import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { invalidIdentityToken, tokenExpired } from "../errors.ts"
import type { VerifiedIdentity } from "./identity.ts"

/** `Principal.Federated` of trust policies: a provider that every account has. */
const PROVIDER = "cognito-identity.amazonaws.com"
export const IDENTITY_POOL_ISSUER = `https://${PROVIDER}`

/** A token of an identity pool of this server (`GetOpenIdToken`). Every account's roles may trust it. */
export async function verifyIdentityPoolToken(
  { peers, clock }: Pick<Deps, "peers" | "clock">,
  text: string,
): Promise<VerifiedIdentity> {
  const verdict = await peers.verifyToken(IDENTITY_POOL_ISSUER, text)
  if (verdict?.fault === "expired") throw tokenExpired(nowInSeconds(clock), verdict.expiredAt)
  if (!verdict || verdict.fault) throw invalidIdentityToken("Token signature verification failed", verdict?.because)
  const { subject, audience, account, amr = [], tags } = verdict
  return {
    provider: PROVIDER,
    subject,
    audience,
    ...(account !== undefined && { poolAccount: account }),
    claims: { [`${PROVIDER}:aud`]: audience, [`${PROVIDER}:sub`]: subject, [`${PROVIDER}:amr`]: amr },
    ...(tags && { tags: { ...tags } }),
  }
}
