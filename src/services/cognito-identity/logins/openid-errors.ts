import { OpenIdTokenError } from "../../../federation/openid/token.ts"
import { invalidLoginToken, providerNotResponding } from "../errors.ts"

/**
 * What identity pools say of a token that does not hold. Sources: recorded answers and reports of users, but UNVERIFIED for
 * the audience of an OpenID Connect provider, for `nbf` and for keys that cannot be had.
 */
export function asLoginError(error: unknown, login: string): unknown {
  if (!(error instanceof OpenIdTokenError)) return error
  const { fault, details } = error
  const because = { check: fault, login, ...details }
  switch (fault) {
    case "malformed":
      return invalidLoginToken("Not a valid OpenId Connect identity token.", because)
    case "missing claim":
      return invalidLoginToken(`Missing a required claim: ${details.claim}`, because)
    case "issuer":
      return invalidLoginToken("Issuer doesn't match providerName", because)
    case "audience":
      return invalidLoginToken("Incorrect token audience.", because)
    case "expired":
      return invalidLoginToken(`Token expired: ${details.now} >= ${details.exp}`, because)
    case "unreachable":
      return providerNotResponding(login, because)
    case "too old":
    case "not yet valid":
    case "signature":
    case "no key":
      return invalidLoginToken("Couldn't verify signed token.", because)
  }
}
