import type { Deps } from "../../../call.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { findDomainOf } from "../domains/record.ts"
import { issuerOf } from "../tokens/issuer.ts"
import type { UserPool } from "../user-pools/record.ts"
import { apiOriginOf, domainUrl } from "./origin.ts"

/**
 * A pool's discovery document: AWS's members in their order (recorded 2026-09), no others, and the addresses of this server as
 * whoever asks can reach them. A pool without a domain names endpoints that do not work (recorded 2026).
 */
export async function discoveryDocument(
  request: Pick<HttpRequest, "headers" | "secure">,
  { endpoint, store }: Pick<Deps, "endpoint" | "store">,
  pool: UserPool,
): Promise<object> {
  const origin = apiOriginOf(request, endpoint)
  const domain = await findDomainOf(store, pool.id)
  const own = `${origin}/${pool.id}`
  const base = domain && domainUrl(origin, endpoint, domain)
  const oauth = base === undefined ? own : `${base}/oauth2`
  return {
    authorization_endpoint: `${oauth}/authorize`,
    end_session_endpoint: `${base ?? own}/logout`,
    id_token_signing_alg_values_supported: ["RS256"],
    issuer: issuerOf(pool, endpoint),
    jwks_uri: `${own}/.well-known/jwks.json`,
    response_types_supported: ["code", "token"],
    revocation_endpoint: `${oauth}/revoke`,
    scopes_supported: ["openid", "email", "phone", "profile"],
    subject_types_supported: ["public"],
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    userinfo_endpoint: `${oauth}/userInfo`,
  }
}
