import type { Deps } from "../../../call.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import { ISSUER } from "./open-id-token.ts"
import { signingKey } from "./signing-key.ts"

const KEYS_PATH = "/.well-known/jwks_uri"
const DISCOVERY_PATH = "/.well-known/openid-configuration"

/** The key set and the discovery document of `https://cognito-identity.amazonaws.com`, at the root of this server. */
export async function pages(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined
  if (request.path === KEYS_PATH) return json({ keys: [(await signingKey(deps)).jwk] })
  if (request.path !== DISCOVERY_PATH) return undefined
  return json({
    issuer: ISSUER,
    jwks_uri: `${deps.endpoint.url}${KEYS_PATH}`,
    authorization_endpoint: `${ISSUER}/authorize`,
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS512"],
  })
}

const json = (body: unknown): HttpResponse => ({
  status: 200,
  headers: { "content-type": "application/json", "access-control-allow-origin": "*", "cache-control": "max-age=60" },
  body: JSON.stringify(body),
})
