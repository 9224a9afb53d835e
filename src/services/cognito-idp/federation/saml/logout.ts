import { randomBase64Url } from "../../../../base/random.ts"
import { SamlLogoutError, verifyLogoutResponse } from "../../../../federation/saml/logout-response.ts"
import { formatLogoutRequest, type ProviderSession, redirectUrl } from "../../../../federation/saml/requests.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import { formatCookie } from "../../hosted/cookies.ts"
import { staysHere } from "../../hosted/errors.ts"
import { FLOW_MILLISECONDS, openFlowState, sealFlowState } from "../../hosted/flow-state.ts"
import type { Hosted } from "../../hosted/hosted.ts"
import { redirect } from "../../hosted/responses.ts"
import { findProvider } from "../../identity-providers/record.ts"
import { getRequestKey } from "../../identity-providers/signing-certificate.ts"
import { freshProvider } from "./metadata.ts"
import { entityIdOf, newRequestId } from "./service-provider.ts"

/** Where to go when the provider has answered. The place was checked before it was sealed. */
interface LogoutFlow {
  provider: string
  requestId: string
  location: string
}

const COOKIE = "csrf-state-logout"
const LEGACY = "csrf-state-logout-legacy"

/**
 * Takes whoever signs out to their SAML provider first, where it is set up for that (`IDPSignout`): undefined where it is not,
 * or has no place for it. `location` is a URL that was checked. Source: "Signing out SAML users with single sign-out".
 */
export async function beginProviderLogout(
  hosted: Hosted,
  signedIn: { provider: string; providerSession?: ProviderSession },
  location: string,
  cookies: readonly string[],
): Promise<HttpResponse | undefined> {
  const { deps, pool } = hosted
  if (!signedIn.providerSession) return undefined
  const stored = await deps.store.read((tx) => findProvider(tx, deps.masterKey, pool.id, signedIn.provider))
  if (stored?.type !== "SAML" || stored.details.IDPSignout !== "true") return undefined
  const provider = await freshProvider(hosted, stored)
  const place = provider.details.SLORedirectBindingURI
  if (!place) return undefined
  const id = newRequestId()
  const head = { id, issuedAt: deps.clock.now(), issuer: entityIdOf(hosted), destination: place }
  const text = formatLogoutRequest(head, signedIn.providerSession)
  const binding = randomBase64Url(16)
  const flow: LogoutFlow = { provider: provider.name, requestId: id, location }
  const state = sealFlowState(hosted, "provider logout", flow, binding)
  const { privateKey } = await getRequestKey(deps, pool.id)
  const maxAgeSeconds = FLOW_MILLISECONDS / 1000
  return redirect(hosted, redirectUrl(deps.loginEndpoints.rewrite(place), text, state, privateKey), [
    ...cookies,
    formatCookie(hosted, COOKIE, binding, { maxAgeSeconds, sameSite: hosted.isSecure ? "None" : "Lax" }),
    formatCookie(hosted, LEGACY, binding, { maxAgeSeconds, sameSite: "Unset" }),
  ])
}

/** `/saml2/logout`: the provider has the browser post its answer to a request of ours. */
export async function samlLogout(hosted: Hosted): Promise<HttpResponse> {
  const { deps, pool, form, cookies } = hosted
  const binding = cookies.get(COOKIE) ?? cookies.get(LEGACY)
  const flow = openFlowState<LogoutFlow>(hosted, "provider logout", form?.get("RelayState"), binding)
  const response = form?.get("SAMLResponse")
  if (!flow || !response) throw refused({ found: "no answer to a sign-out that this browser began" })
  const provider = await deps.store.read((tx) => findProvider(tx, deps.masterKey, pool.id, flow.provider))
  try {
    verifyLogoutResponse(response, provider?.metadata?.text ?? "", flow.requestId)
  } catch (error) {
    if (error instanceof SamlLogoutError) throw refused({ found: error.fault, ...error.details })
    throw error
  }
  return redirect(hosted, flow.location, [
    formatCookie(hosted, COOKIE, "", { maxAgeSeconds: 0 }),
    formatCookie(hosted, LEGACY, "", { maxAgeSeconds: 0 }),
  ])
}

const refused = (facts: object) =>
  staysHere("Invalid samlResponse or relayState from identity provider", undefined, {
    check: "answer of a provider to a sign-out",
    ...facts,
  })
