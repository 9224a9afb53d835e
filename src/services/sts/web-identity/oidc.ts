import type { Deps } from "../../../call.ts"
import { isLoopback } from "../../../federation/login-endpoints.ts"
import { OpenIdTokenError, type UnverifiedToken, verifyProviderToken } from "../../../federation/openid/token.ts"
import { findOidcProvider, oidcProviderArn } from "../../iam/service.ts"
import { unknownProvider } from "../errors.ts"
import { claimKeys } from "./claim-keys.ts"
import { sessionClaims, type VerifiedIdentity } from "./identity.ts"
import { asWireError } from "./token-errors.ts"
import { findUserPoolAudience } from "./user-pool.ts"

/**
 * Five minutes beyond a token's end are for clocks that differ (IAM User Guide, "OIDC federation"). UNVERIFIED: the age,
 * which is not published; a token of 43 hours was too old.
 */
const TIMES = { graceSeconds: 300, oldestSeconds: 86_400 }

/** A token of a provider that the role's account trusts. */
export async function verifyOidcToken(
  deps: Pick<Deps, "store" | "clock" | "outgoing" | "loginEndpoints" | "peers">,
  account: string,
  token: UnverifiedToken,
): Promise<VerifiedIdentity> {
  const { issuer, subject, claims } = token
  const name = issuer.replace(/^https?:\/\//, "").replace(/\/$/, "")
  const provider = await findOidcProvider(deps.store, oidcProviderArn(account, name))
  if (!provider || !deps.loginEndpoints.isIssuer(issuer, name)) throw unknownProvider(issuer)
  // It may have been made while the operator let providers be on this machine.
  const { allowsHttp, isRedirected } = deps.loginEndpoints
  if (isLoopback(name) && !allowsHttp && !isRedirected(name)) throw unknownProvider(issuer)
  try {
    const { clientIds } = provider
    const audience =
      (await findUserPoolAudience(deps, token, clientIds, TIMES.graceSeconds)) ??
      (await verifyProviderToken(deps, token, { name, clientIds, ...TIMES })).audience
    return {
      provider: provider.arn,
      subject,
      audience,
      claims: claimKeys(name, claims, audience),
      ...sessionClaims(claims),
    }
  } catch (error) {
    throw error instanceof OpenIdTokenError ? asWireError(error, token, deps.clock) : error
  }
}
