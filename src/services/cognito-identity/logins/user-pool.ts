import type { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity"
import type { Deps } from "../../../call.ts"
import { OpenIdTokenError, parseOpenIdToken, verifyProviderToken } from "../../../federation/openid/token.ts"
import { findUserPool, UserPoolTokenError, verifyIdToken } from "../../cognito-idp/service.ts"
import { invalidLoginToken, unsupportedProvider } from "../errors.ts"
import type { Pool } from "../pools/pool.ts"
import type { LoginVerifier, VerifiedLogin } from "./login.ts"
import { asLoginError } from "./openid-errors.ts"

const USER_POOL = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com\/([\w-]+_[0-9a-zA-Z]+)$/

const clientsOf = (pool: Pool, name: string): CognitoIdentityProvider[] =>
  (pool.settings.CognitoIdentityProviders ?? []).filter(({ ProviderName }) => ProviderName === name)

/** ID tokens of user pools: the login's key is the pool's provider name, and the token's client must be one of ours. */
export const userPools: LoginVerifier = {
  isFor: (name) => USER_POOL.test(name),
  async verify(deps, pool, name, token) {
    const clients = clientsOf(pool, name)
    if (clients.length === 0)
      throw unsupportedProvider({ check: "provider of the pool", login: name, supported: supported(pool) })
    const isOurs = (await findUserPool(deps.store, USER_POOL.exec(name)![1]!)) !== undefined
    // Whoever runs the server may say where a user pool of another one is; otherwise ours are all there are.
    return !isOurs && deps.loginEndpoints.isRedirected(name)
      ? verifyForeign(deps, name, clients, token)
      : verifyOwn(deps, name, clients, token)
  },
}

const supported = (pool: Pool) => pool.settings.CognitoIdentityProviders?.map(({ ProviderName }) => ProviderName) ?? []

async function verifyOwn(
  deps: Deps,
  name: string,
  clients: readonly CognitoIdentityProvider[],
  token: string,
): Promise<VerifiedLogin> {
  const verified = await verifyIdToken(deps, token).catch((error: unknown) => {
    throw refusalOf(error, name)
  })
  const issuer = verified.providerName.replace(/^issuer-/, "")
  if (issuer !== name)
    throw invalidLoginToken("Issuer doesn't match providerName", { check: "issuer", expected: name, found: issuer })
  const client = clientNamed(clients, name, verified.clientId)
  if (client.ServerSideTokenCheck)
    await verified.assertActive().catch((error: unknown) => {
      throw refusalOf(error, name)
    })
  return loginOf(name, verified.clientId, verified.sub, verified.claims, verified.groups)
}

/** A user pool of another server, by its published keys. */
async function verifyForeign(
  deps: Deps,
  name: string,
  clients: readonly CognitoIdentityProvider[],
  text: string,
): Promise<VerifiedLogin> {
  const clientIds = clients.map(({ ClientId }) => ClientId!)
  try {
    const token = parseOpenIdToken(text)
    const { audience } = await verifyProviderToken(deps, token, { name, clientIds })
    const { token_use, "cognito:groups": groups } = token.claims
    if (token_use !== "id") throw new OpenIdTokenError("missing claim", { claim: "aud", token_use })
    const client = clientNamed(clients, name, audience)
    // Only the server that has the user can say whether they are signed in still.
    if (client.ServerSideTokenCheck)
      throw unsupportedProvider({
        check: "ServerSideTokenCheck of a user pool that is not on this server",
        login: name,
      })
    return loginOf(name, audience, token.subject, token.claims, Array.isArray(groups) ? groups.map(String) : [])
  } catch (error) {
    if (error instanceof OpenIdTokenError && error.fault === "audience")
      throw unsupportedProvider({ check: "aud", login: name, ...error.details })
    throw asLoginError(error, name)
  }
}

function clientNamed(clients: readonly CognitoIdentityProvider[], login: string, id: string): CognitoIdentityProvider {
  const client = clients.find(({ ClientId }) => ClientId === id)
  if (client) return client
  throw unsupportedProvider({ check: "aud", login, expected: clients.map(({ ClientId }) => ClientId), found: id })
}

const loginOf = (
  name: string,
  clientId: string,
  sub: string,
  claims: Readonly<Record<string, unknown>>,
  groups: readonly string[],
): VerifiedLogin => ({
  provider: name,
  subject: sub,
  // Recorded 2023 in an API Gateway event.
  amr: [name, `${name}:CognitoSignIn:${sub}`],
  claims,
  names: [`${name}:${clientId}`, name],
  groups,
})

/** Sources: recorded answers and reports of users; each fault's private details go to `hallpass explain`. */
const refusalOf = (error: unknown, login: string): unknown =>
  error instanceof UserPoolTokenError
    ? invalidLoginToken(error.message, { check: error.reason, login, ...error.details })
    : error
