import type { Deps } from "../../../call.ts"
import { cognitoTokenRefused, loginsDoNotMatch, unsupportedProvider } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import { PROVIDER } from "../tokens/open-id-token.ts"
import { amazon } from "./amazon.ts"
import { developerTokens } from "./developer-token.ts"
import { facebook } from "./facebook.ts"
import type { LoginVerifier, VerifiedLogin } from "./login.ts"
import { openIdProviders } from "./openid-provider.ts"
import { samlProviders } from "./saml-provider.ts"
import { socialTokens } from "./social-token.ts"
import { twitter } from "./twitter.ts"
import { userPools } from "./user-pool.ts"

export { findByName, type VerifiedLogin } from "./login.ts"

/** Every kind of provider; the first that a key of `Logins` is for verifies it. */
const VERIFIERS: readonly LoginVerifier[] = [
  userPools,
  developerTokens,
  socialTokens,
  facebook,
  amazon,
  twitter,
  samlProviders,
  openIdProviders,
]

/**
 * Verifies every login; one that fails refuses the request. Order: provider known, then token valid (recorded). Tokens of
 * identity pools themselves are taken where credentials are given for them, and nowhere else: no token begets another.
 */
export async function verifyLogins(
  deps: Deps,
  pool: Pool,
  logins: Readonly<Record<string, string>> | undefined,
  { takesCognitoToken = false } = {},
): Promise<VerifiedLogin[]> {
  const verified: VerifiedLogin[] = []
  for (const [name, token] of Object.entries(logins ?? {})) {
    if (name === PROVIDER && !takesCognitoToken) throw cognitoTokenRefused()
    const verifier = VERIFIERS.find((one) => one.isFor(name, pool))
    const providers = supported(pool)
    // Reported 2016 of pools for guests alone.
    if (providers.length === 0) throw loginsDoNotMatch({ check: "a pool with providers", login: name })
    if (!verifier) throw unsupportedProvider({ check: "provider of the pool", login: name, supported: providers })
    verified.push(await verifier.verify(deps, pool, name, token))
  }
  return verified
}

/** What the pool is configured with, for `hallpass explain`. */
const supported = ({ settings }: Pool): string[] => [
  ...(settings.CognitoIdentityProviders ?? []).map(({ ProviderName, ClientId }) => `${ProviderName}:${ClientId}`),
  ...Object.keys(settings.SupportedLoginProviders ?? {}),
  ...(settings.OpenIdConnectProviderARNs ?? []),
  ...(settings.SamlProviderARNs ?? []),
  ...(settings.DeveloperProviderName === undefined ? [] : [settings.DeveloperProviderName]),
]
