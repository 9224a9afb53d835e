import { decodeProtectedHeader, jwtVerify } from "jose"
import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretPost,
  clockSkew,
  expectNoNonce,
  getValidatedIdTokenClaims,
  None,
  nopkce,
  processAuthorizationCodeResponse,
  processUserInfoResponse,
  protectedResourceRequest,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from "oauth4webapi"
import { type Clock, systemClock } from "../../base/clock.ts"
import { type AskingDeps, asking } from "./fetch.ts"
import { blaming, ProviderError } from "./provider-error.ts"

/** A provider that people sign in at, and what we are to it. */
export interface OpenIdParty {
  issuer: string
  clientId: string
  clientSecret: string | undefined
  tokenUrl: string
  keysUrl: string | undefined
  /** Whether it names itself in each answer (RFC 9207): one that does not is then no answer of its. */
  answersWithIssuer: boolean
}

export interface PartyDeps extends AskingDeps {
  clock: Clock
}

/** Source: Developer Guide, "How OIDC user pool IdP authentication works": RSA, HMAC and ECDSA signatures. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512"]

const serverOf = (party: OpenIdParty): AuthorizationServer => ({
  issuer: party.issuer,
  token_endpoint: party.tokenUrl,
  ...(party.keysUrl !== undefined && { jwks_uri: party.keysUrl }),
  id_token_signing_alg_values_supported: ALGORITHMS,
  authorization_response_iss_parameter_supported: party.answersWithIssuer,
})

/** The library reads the system's clock: how far ours is from it. */
const clientOf = ({ clientId }: OpenIdParty, clock: Clock): Client => ({
  client_id: clientId,
  [clockSkew]: Math.round((clock.now() - systemClock.now()) / 1000),
})

/**
 * What a browser brought back from the provider: a code for it, held against who should have answered (RFC 9207). The state
 * has been looked at before. Throws ProviderError.
 */
export function readCallback(party: OpenIdParty, answer: URLSearchParams, clock: Clock): URLSearchParams {
  const error = answer.get("error")
  const issuer = answer.get("iss")
  if (issuer !== null ? issuer !== party.issuer : party.answersWithIssuer)
    throw new ProviderError("mixed up", { expected: party.issuer, found: issuer })
  if (error !== null) throw new ProviderError("refused", { error, description: answer.get("error_description") })
  if (!answer.get("code")) throw new ProviderError("no code")
  const relevant = new URLSearchParams()
  for (const name of ["code", "state", "iss"]) if (answer.has(name)) relevant.set(name, answer.get(name)!)
  try {
    return validateAuthResponse(serverOf(party), clientOf(party, clock), relevant, answer.get("state") ?? undefined)
  } catch (cause) {
    throw new ProviderError("mixed up", { why: (cause as Error).message })
  }
}

export interface Exchange {
  /** As `readCallback` answered it. */
  callback: URLSearchParams
  redirectUri: string
  /** Undefined for providers that know no PKCE. */
  codeVerifier: string | undefined
  nonce: string
}

export interface PartyTokens {
  accessToken: string
  idToken: string
  /** Of the ID token: signed by the provider, for us, in time, and with our nonce. */
  claims: Record<string, unknown> & { sub: string }
}

/** Exchanges a code for tokens and verifies the ID token. Throws ProviderError. */
export async function exchangeCode(deps: PartyDeps, party: OpenIdParty, exchange: Exchange): Promise<PartyTokens> {
  const server = serverOf(party)
  const client = clientOf(party, deps.clock)
  const options = { ...asking(deps), [allowInsecureRequests]: true }
  const secret = party.clientSecret ? ClientSecretPost(party.clientSecret) : None()
  const response = await blaming("token refused", "token unreachable", () =>
    authorizationCodeGrantRequest(
      server,
      client,
      secret,
      exchange.callback,
      exchange.redirectUri,
      exchange.codeVerifier ?? nopkce,
      options,
    ),
  )
  await assertGranted(response)
  return blaming("token invalid", "keys unreachable", async () => {
    assertIssuer(await response.clone().text(), party.issuer)
    const tokens = await processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: exchange.nonce || expectNoNonce,
      requireIdToken: true,
    })
    const idToken = tokens.id_token!
    const { alg, kid } = decodeProtectedHeader(idToken)
    if (alg!.startsWith("HS")) await verifyWithSecret(idToken, party.clientSecret, deps.clock)
    else {
      if (kid === undefined) throw new ProviderError("token invalid", { why: "the ID token has no kid" })
      await validateApplicationLevelSignature(server, response, options)
    }
    const claims = getValidatedIdTokenClaims(tokens)!
    return { accessToken: tokens.access_token, idToken, claims: { ...claims } }
  })
}

/** The error of a token endpoint is told to the application: what it says of itself, and no more. */
export async function assertGranted(response: Response): Promise<void> {
  if (response.status === 200) return
  let body: unknown
  try {
    body = JSON.parse(await response.text())
  } catch {
    // Not every server answers as OAuth says.
  }
  const text = (name: string): string | undefined => {
    const value = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[name] : undefined
    return typeof value === "string" ? value.slice(0, 500) : undefined
  }
  throw new ProviderError("token refused", {
    status: response.status,
    error: text("error"),
    description: text("error_description"),
  })
}

/** Told apart from the rest of what may be wrong with a token: AWS has a text for it that people look up. */
function assertIssuer(text: string, expected: string): void {
  let issuer: unknown
  try {
    const { id_token } = JSON.parse(text) as { id_token?: string }
    issuer = JSON.parse(Buffer.from(String(id_token).split(".")[1]!, "base64url").toString()).iss
  } catch {
    // What follows says what is wrong with it.
    return
  }
  if (typeof issuer === "string" && issuer !== expected)
    throw new ProviderError("token invalid", { issuer: issuer.slice(0, 500), expected })
}

async function verifyWithSecret(idToken: string, secret: string | undefined, clock: Clock): Promise<void> {
  if (!secret) throw new ProviderError("token invalid", { why: "it is signed with a secret, and there is none" })
  const algorithms = ALGORITHMS.filter((name) => name.startsWith("HS"))
  await jwtVerify(idToken, new TextEncoder().encode(secret), { algorithms, currentDate: new Date(clock.now()) })
}

/** What userInfo says of whom the ID token is about. Throws ProviderError. */
export async function readUserInfo(
  deps: PartyDeps,
  party: OpenIdParty,
  { url, method }: { url: string; method: "GET" | "POST" },
  { accessToken, claims }: PartyTokens,
): Promise<Record<string, unknown>> {
  const response = await blaming("profile refused", "profile unreachable", () =>
    protectedResourceRequest(accessToken, method, new URL(url), new Headers({ accept: "application/json" }), null, {
      ...asking(deps),
      [allowInsecureRequests]: true,
    }),
  )
  if (response.status !== 200) throw new ProviderError("profile refused", { status: response.status })
  return blaming("profile invalid", "profile unreachable", async () => ({
    ...(await processUserInfoResponse(serverOf(party), clientOf(party, deps.clock), claims.sub, response)),
  }))
}
