import { randomBase64Url } from "../../../base/random.ts"
import { WireError } from "../../../wire/errors.ts"
import { type AuthorizeRequest, parseAuthorizeRequest } from "../hosted/authorize/request.ts"
import { formatCookie } from "../hosted/cookies.ts"
import { staysHere } from "../hosted/errors.ts"
import { FLOW_MILLISECONDS, openFlowState, sealFlowState } from "../hosted/flow-state.ts"
import type { Hosted } from "../hosted/hosted.ts"
import { getProvider, type IdentityProvider } from "../identity-providers/record.ts"
import { useNonce } from "../sign-in/session.ts"

/** A sign-in that is under way at a provider: it comes back with the browser, sealed, as `state` or `RelayState`. */
export interface Flow {
  /** By its name, whatever the answer says: no other provider's answer is taken for it. */
  provider: string
  /** Of `/oauth2/authorize`. */
  query: string
  /** Good once. */
  once: string
  nonce?: string
  codeVerifier?: string
  /** Of a SAML request. */
  requestId?: string
}

/** Cookies of AWS's names. The second is for a POST from another site where there is no TLS: SameSite=None needs it. */
const COOKIE = "csrf-state"
const LEGACY = "csrf-state-legacy"
const VALUE = /^[\w-]{22}$/

/** What tells this browser from others; the same for all that it has under way. */
function bindingOf({ cookies }: Hosted): string | undefined {
  return [cookies.get(COOKIE), cookies.get(LEGACY)].find((value) => value !== undefined && VALUE.test(value))
}

/** Seals a sign-in for the way to a provider and back, with the cookies that have to come back with it. */
export function sealFlow(hosted: Hosted, flow: Omit<Flow, "once" | "query">): { state: string; cookies: string[] } {
  const binding = bindingOf(hosted) ?? randomBase64Url(16)
  const sealed = { ...flow, query: hosted.query.toString(), once: randomBase64Url(12) }
  const maxAgeSeconds = FLOW_MILLISECONDS / 1000
  return {
    state: sealFlowState(hosted, "federation", sealed, binding),
    cookies: [
      formatCookie(hosted, COOKIE, binding, { maxAgeSeconds, sameSite: hosted.isSecure ? "None" : "Lax" }),
      formatCookie(hosted, LEGACY, binding, { maxAgeSeconds, sameSite: "Unset" }),
    ],
  }
}

export interface Resumed {
  flow: Flow
  /** As if the authorize request had been asked again. */
  hosted: Hosted
  request: AuthorizeRequest
  provider: IdentityProvider
}

/** Undefined where the text seals none, of this pool and this browser and in time. */
export const openFlow = (hosted: Hosted, state: string | null | undefined): Flow | undefined =>
  openFlowState<Flow>(hosted, "federation", state, bindingOf(hosted))

/** Goes on with a sign-in that has come back. What was asked for is checked again: settings may have changed meanwhile. */
export async function resume(hosted: Hosted, flow: Flow): Promise<Resumed> {
  const { deps } = hosted
  const now = deps.clock.now()
  const used = { nonce: `federation ${flow.once}`, expiresAt: now + FLOW_MILLISECONDS }
  await deps.store
    .transact((tx) => useNonce(tx, used, now))
    .catch((error: unknown) => {
      if (error instanceof WireError) throw stateRefused("one that was used before")
      throw error
    })
  return resumeRequest({ ...hosted, query: new URLSearchParams(flow.query) }, flow)
}

/** The request and the provider of a sign-in, held against the client. */
export async function resumeRequest(hosted: Hosted, flow: Flow): Promise<Resumed> {
  const { deps, pool } = hosted
  const request = await parseAuthorizeRequest(hosted)
  if (!request.client.settings.SupportedIdentityProviders?.includes(flow.provider))
    throw staysHere("invalid_request", request.client.id, {
      check: "identity providers of the client",
      expected: flow.provider,
      found: request.client.settings.SupportedIdentityProviders,
    })
  const provider = await deps.store.read((tx) => getProvider(tx, deps.masterKey, pool.id, flow.provider))
  return { flow, hosted, request, provider }
}

/** What came back is no sign-in of this browser: nobody is known who might be told. */
export const stateRefused = (found: string, error = "invalid_request") =>
  staysHere(error, undefined, {
    check: "state of a sign-in at a provider",
    expected: "that of a sign-in which this browser began less than five minutes ago, once",
    found,
  })
