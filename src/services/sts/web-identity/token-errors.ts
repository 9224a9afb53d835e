import { type Clock, nowInSeconds } from "../../../base/clock.ts"
import type { OpenIdTokenError, UnverifiedToken } from "../../../federation/openid/token.ts"
import type { WireError } from "../../../wire/errors.ts"
import {
  invalidIdentityToken,
  missingClaim,
  notAJwt,
  noVerificationKey,
  providerUnreachable,
  tokenExpired,
  tokenTooOld,
  unknownProvider,
  wrongAudience,
} from "../errors.ts"

/** What STS says of a token that is not believed; the details stay with us. */
export function asWireError(
  { fault, details }: OpenIdTokenError,
  token: UnverifiedToken | undefined,
  clock: Clock,
): WireError {
  switch (fault) {
    case "malformed":
      return notAJwt(details)
    case "missing claim":
      return missingClaim(String(details.claim))
    case "issuer":
      return unknownProvider(token?.issuer ?? "")
    case "audience":
      return wrongAudience(details)
    case "expired":
      return tokenExpired(nowInSeconds(clock), token?.expiresAt ?? 0)
    case "too old":
      return tokenTooOld(Number(details.age))
    case "not yet valid":
      return invalidIdentityToken("The web identity token is not yet valid.", details)
    case "signature":
      return invalidIdentityToken("Token signature verification failed", details)
    case "no key":
      return noVerificationKey(details)
    case "unreachable":
      return providerUnreachable(details)
  }
}
