import { UserPoolTokenError, verifyIdToken } from "../../cognito-idp/service.ts"
import { invalidLoginToken, unsupportedProvider } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import type { LoginVerifier } from "./login.ts"

const USER_POOL = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([\w-]+_[0-9a-zA-Z]+)$/

/** ID tokens of user pools: the login's key is the pool's provider name, and the token's client must be one of ours. */
export const userPools: LoginVerifier = {
  isFor: (name) => USER_POOL.test(name),
  async verify(deps, pool, name, token) {
    const providers = (pool.settings.CognitoIdentityProviders ?? []).filter(({ ProviderName }) => ProviderName === name)
    if (providers.length === 0)
      throw unsupportedProvider({ check: "provider of the pool", login: name, supported: supported(pool) })
    const userPoolId = USER_POOL.exec(name)![1]!
    const verified = await verifyIdToken(deps, token).catch((error) => {
      throw error instanceof UserPoolTokenError ? asLoginError(error, name) : error
    })
    if (verified.userPoolId !== userPoolId)
      throw invalidLoginToken("Issuer doesn't match providerName", {
        check: "iss",
        expected: name,
        found: verified.claims.iss,
      })
    const provider = providers.find(({ ClientId }) => ClientId === verified.clientId)
    if (!provider)
      throw unsupportedProvider({
        check: "aud",
        login: name,
        expected: providers.map(({ ClientId }) => ClientId),
        found: verified.clientId,
      })
    if (provider.ServerSideTokenCheck)
      await verified.assertActive().catch((error: unknown) => {
        throw error instanceof UserPoolTokenError ? asLoginError(error, name) : error
      })
    return {
      provider: name,
      subject: verified.sub,
      amr: [name, `${name}:CognitoSignIn:${verified.sub}`],
      claims: verified.claims,
      mappingName: `${name}:${verified.clientId}`,
      principalTagName: name,
      groups: verified.groups,
    }
  },
}

const supported = (pool: Pool) => pool.settings.CognitoIdentityProviders?.map(({ ProviderName }) => ProviderName) ?? []

/** Sources: recorded answers and reports of users; each fault's private details go to `hallpass explain`. */
function asLoginError(error: UserPoolTokenError, login: string) {
  return invalidLoginToken(error.message, { login, ...error.details })
}
