import { parseAppleUser } from "../../../../federation/openid/apple.ts"
import { exchangePlainCode } from "../../../../federation/openid/plain-oauth.ts"
import { ProviderError } from "../../../../federation/openid/provider-error.ts"
import { exchangeCode, readCallback } from "../../../../federation/openid/relying-party.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import { levelFromProvider } from "../../hosted/levels.ts"
import type { IdentityProvider } from "../../identity-providers/record.ts"
import { finishForeign } from "../finish.ts"
import { openFlow, type Resumed, resume, stateRefused } from "../flow.ts"
import type { Foreigner } from "../foreigner.ts"
import { callbackUrl } from "./begin.ts"
import { kindOf, partyOf, provenPartyOf } from "./parties.ts"
import { readOpenIdProfile, readSocialProfile } from "./profile.ts"
import { providerRefusal, refusalAtCallback } from "./refusals.ts"

/** `/oauth2/idpresponse`: the browser is back from a provider, by a redirect or by a form that the provider posts. */
export async function openIdResponse(hosted: Hosted): Promise<HttpResponse> {
  const answer = hosted.form ?? hosted.query
  const flow = openFlow(hosted, answer.get("state"))
  if (!flow || answer.getAll("state").length > 1) throw stateRefused(answer.get("state") === null ? "none" : "another")
  const resumed = await resume(hosted, flow)
  const { request, provider } = resumed
  if (provider.type === "SAML") throw stateRefused("that of a sign-in at a SAML provider")
  try {
    const foreigner = await readForeigner(hosted, resumed, answer)
    return await finishForeign(resumed, foreigner, flow.nonce)
  } catch (error) {
    if (error instanceof ProviderError) throw providerRefusal(request, provider.name, error)
    throw refusalAtCallback(request, provider.name, error)
  }
}

async function readForeigner(hosted: Hosted, { flow, provider }: Resumed, answer: URLSearchParams): Promise<Foreigner> {
  const { deps } = hosted
  const callback = readCallback(partyOf(provider), answer, deps.clock)
  const party = await provenPartyOf(provider, deps)
  const exchange = { callback, redirectUri: callbackUrl(hosted), codeVerifier: flow.codeVerifier }
  if (!kindOf(provider).hasIdToken) {
    const method = provider.details.token_request_method === "GET" ? "GET" : "POST"
    const accessToken = await exchangePlainCode(deps, party, { ...exchange, method })
    const { subject, profile } = await readSocialProfile(deps, provider, accessToken)
    return foreignerOf(provider, subject, { tokenResponse: { access_token: accessToken }, userInfo: profile })
  }
  if (!flow.nonce) throw new ProviderError("token invalid", { why: "the sign-in has no nonce" })
  const tokens = await exchangeCode(deps, party, { ...exchange, nonce: flow.nonce })
  const profile = await readOpenIdProfile(deps, provider, tokens)
  const user = provider.type === "SignInWithApple" ? parseAppleUser(answer.get("user")) : {}
  const foreigner = foreignerOf(provider, tokens.claims.sub, {
    tokenResponse: { access_token: tokens.accessToken, id_token: tokens.idToken },
    userInfo: { ...user, ...profile },
    idToken: tokens.claims,
  })
  const { acr, amr } = tokens.claims
  return { ...foreigner, amr: methodsOf(amr), level: levelFromProvider(provider.acrMapping ?? {}, acr) }
}

/** The provider's methods beside `fed`. UNVERIFIED: that AWS lists both. */
const methodsOf = (amr: unknown): string[] =>
  (Array.isArray(amr) ? amr : [])
    .filter((one): one is string => typeof one === "string" && one.length <= 64 && one !== "fed")
    .slice(0, 20)

/** What the ID token says counts before what userInfo says. Source: "How OIDC user pool IdP authentication works". */
const foreignerOf = (
  provider: IdentityProvider,
  subject: string,
  told: Record<string, Record<string, unknown>>,
): Foreigner => ({
  provider,
  subject,
  claims: { ...told.userInfo, ...told.idToken, ...told.tokenResponse },
  told,
})
