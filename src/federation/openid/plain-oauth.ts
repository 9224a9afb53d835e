import {
  type AuthorizationServer,
  allowInsecureRequests,
  ClientSecretPost,
  customFetch,
  genericTokenEndpointRequest,
  processGenericTokenEndpointResponse,
  protectedResourceRequest,
} from "oauth4webapi"
import { asking } from "./fetch.ts"
import { blaming, ProviderError } from "./provider-error.ts"
import { assertGranted, type Exchange, type OpenIdParty, type PartyDeps } from "./relying-party.ts"

type PlainExchange = Omit<Exchange, "nonce"> & { method: "GET" | "POST" }

/** A code for an access token, at a provider that has no ID tokens. Throws ProviderError. */
export async function exchangePlainCode(
  deps: PartyDeps,
  party: OpenIdParty,
  { callback, redirectUri, codeVerifier, method }: PlainExchange,
): Promise<string> {
  const server: AuthorizationServer = { issuer: party.issuer, token_endpoint: party.tokenUrl }
  const client = { client_id: party.clientId }
  const parameters = {
    code: callback.get("code")!,
    redirect_uri: redirectUri,
    ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
  }
  const response = await blaming("token refused", "token unreachable", () =>
    method === "GET"
      ? askByQuery(deps, party, parameters)
      : genericTokenEndpointRequest(
          server,
          client,
          ClientSecretPost(party.clientSecret ?? ""),
          "authorization_code",
          parameters,
          { ...asking(deps), [allowInsecureRequests]: true },
        ),
  )
  await assertGranted(response)
  return blaming(
    "token invalid",
    "token unreachable",
    async () => (await processGenericTokenEndpointResponse(server, client, response)).access_token,
  )
}

/** Source: Facebook, "Manually build a login flow": the token endpoint is asked by GET. */
function askByQuery(deps: PartyDeps, party: OpenIdParty, parameters: Record<string, string>): Promise<Response> {
  const url = new URL(party.tokenUrl)
  const all = { client_id: party.clientId, client_secret: party.clientSecret ?? "", ...parameters }
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value)
  return asking(deps)[customFetch](url.href, { method: "GET", headers: { accept: "application/json" } })
}

/** What a provider's own API says of whoever the access token is of. Throws ProviderError. */
export async function readProfile(deps: PartyDeps, url: string, accessToken: string): Promise<Record<string, unknown>> {
  const headers = new Headers({ accept: "application/json" })
  const options = { ...asking(deps), [allowInsecureRequests]: true }
  const response = await blaming("profile refused", "profile unreachable", () =>
    protectedResourceRequest(accessToken, "GET", new URL(url), headers, null, options),
  )
  if (response.status !== 200) throw new ProviderError("profile refused", { status: response.status })
  return blaming("profile invalid", "profile unreachable", async () => {
    const profile: unknown = await response.json()
    if (typeof profile !== "object" || profile === null || Array.isArray(profile)) throw new TypeError("is no object")
    return profile as Record<string, unknown>
  })
}
