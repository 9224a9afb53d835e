import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { UserPoolTokenError, verifyIdToken } from "../../cognito-idp/service.ts"
import { invalidIdentityToken, noVerificationKey, tokenExpired } from "../errors.ts"
import type { UnverifiedToken } from "./token.ts"

/** User pools of this server sign under AWS's own issuer URLs, where nobody would find their keys. */
export const isUserPoolIssuer = (issuer: string): boolean =>
  /^https:\/\/(?:issuer-)?cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//.test(issuer)

/** The signature of an ID token of a user pool; what it may be used for is its OIDC provider's to say. */
export async function verifyUserPoolToken(
  deps: Pick<Deps, "store" | "masterKey" | "clock">,
  { text, payload }: UnverifiedToken,
): Promise<void> {
  try {
    await verifyIdToken(deps, text)
  } catch (error) {
    if (!(error instanceof UserPoolTokenError)) throw error
    if (error.reason === "expired") throw tokenExpired(nowInSeconds(deps.clock), payload.exp!)
    if (error.reason === "unknown-pool") throw noVerificationKey(error.details)
    throw invalidIdentityToken("Token signature verification failed", error.details)
  }
}
