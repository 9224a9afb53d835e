import { nowInSeconds } from "../../../base/clock.ts"
import { invalidLoginToken } from "../errors.ts"
import { listLogins } from "../identities/identity.ts"
import { PROVIDER, verifyOpenIdToken } from "../tokens/open-id-token.ts"
import type { LoginVerifier } from "./login.ts"

/** Tokens that this server gave a developer's backend (GetOpenIdTokenForDeveloperIdentity), brought by the person. */
export const developerTokens: LoginVerifier = {
  isFor: (name) => name === PROVIDER,
  async verify(deps, pool, name, token) {
    const claims = await verifyOpenIdToken(deps, token)
    if ("fault" in claims) {
      if (claims.fault === "invalid")
        throw invalidLoginToken("Couldn't verify signed token.", { check: "signature", login: name })
      const now = nowInSeconds(deps.clock)
      throw invalidLoginToken(`Token expired: ${now} >= ${claims.expiredAt}`, {
        check: "exp",
        login: name,
        now,
        exp: claims.expiredAt,
      })
    }
    if (claims.poolId !== pool.poolId)
      throw invalidLoginToken("Token is not for this identity pool.", {
        check: "aud",
        expected: pool.poolId,
        found: claims.poolId,
      })
    const provider = pool.settings.DeveloperProviderName ?? PROVIDER
    const own = await deps.store.read((tx) => listLogins(tx, claims.identityId))
    const login = own.find((one) => one.provider === provider) ?? own[0]
    if (!login)
      throw invalidLoginToken("Token is not for this identity pool.", {
        check: "identity still has a login",
        identityId: claims.identityId,
      })
    return {
      ...login,
      amr: claims.amr.filter((method) => method !== "authenticated"),
      claims: { sub: claims.identityId, aud: claims.poolId },
      names: [provider],
      identityId: claims.identityId,
      ...(claims.tags && { tags: claims.tags }),
    }
  },
}
