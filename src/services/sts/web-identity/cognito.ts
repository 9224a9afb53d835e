import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { PROVIDER, verifyOpenIdToken } from "../../cognito-identity/service.ts"
import { invalidIdentityToken, tokenExpired } from "../errors.ts"
import type { VerifiedIdentity } from "./identity.ts"

export const COGNITO_ISSUER = `https://cognito-identity.amazonaws.com`

/** A token of an identity pool of this server (`GetOpenIdToken`). Every account's roles may trust it. */
export async function verifyCognitoToken(deps: Deps, text: string): Promise<VerifiedIdentity> {
  const verified = await verifyOpenIdToken(deps, text)
  if ("fault" in verified)
    throw verified.fault === "expired"
      ? tokenExpired(nowInSeconds(deps.clock), verified.expiredAt)
      : invalidIdentityToken("Token signature verification failed")
  const { identityId, poolId, amr, tags } = verified
  return {
    provider: PROVIDER,
    subject: identityId,
    audience: poolId,
    claims: { [`${PROVIDER}:aud`]: poolId, [`${PROVIDER}:sub`]: identityId, [`${PROVIDER}:amr`]: amr },
    ...(tags && { tags: { ...tags } }),
  }
}
