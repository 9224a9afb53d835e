import { isLoopback } from "../../../federation/login-endpoints.ts"
import { parseOpenIdToken, verifyProviderToken } from "../../../federation/openid/token.ts"
import { findOidcProvider } from "../../iam/service.ts"
import { unsupportedProvider } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import type { LoginVerifier } from "./login.ts"
import { asLoginError } from "./openid-errors.ts"

/** Issuers are written with a slash at the end and without. */
const withoutSlash = (text: string): string => text.replace(/\/$/, "")

/** The ARN by which the pool trusts a provider, of which the login's key is the issuer without `https://`. */
const arnOf = (pool: Pool, name: string): string | undefined =>
  pool.settings.OpenIdConnectProviderARNs?.find((arn) =>
    withoutSlash(arn).endsWith(`:oidc-provider/${withoutSlash(name)}`),
  )

/**
 * OpenID Connect providers that IAM knows: the pool says which it trusts, IAM which clients may sign in.
 * Source: Cognito Developer Guide, "Setting up an OIDC provider as an identity pool IdP".
 */
export const openIdProviders: LoginVerifier = {
  isFor: (name, pool) => arnOf(pool, name) !== undefined,
  async verify(deps, pool, login, text) {
    const name = withoutSlash(login)
    const arn = arnOf(pool, name)!
    const provider = await findOidcProvider(deps.store, withoutSlash(arn))
    if (provider?.account !== pool.account)
      throw unsupportedProvider({ check: "the OpenID Connect provider of the pool's account", login: name, arn })
    if (isLoopback(name) && !deps.loginEndpoints.allowsHttp && !deps.loginEndpoints.isRedirected(name))
      throw unsupportedProvider({ check: "--allow-http-issuers", login: name, arn })
    try {
      const token = parseOpenIdToken(text)
      const issuers = name === "accounts.google.com" ? [name] : []
      const { audience } = await verifyProviderToken(deps, token, { name, issuers, clientIds: provider.clientIds })
      return {
        provider: name,
        subject: token.subject,
        // UNVERIFIED: the last two, which follow what API Gateway's events have for user pools.
        amr: [name, arn, `${arn}:OIDC:${token.subject}`],
        claims: { ...token.claims, aud: audience },
        names: [arn, name],
      }
    } catch (error) {
      throw asLoginError(error, name)
    }
  },
}
