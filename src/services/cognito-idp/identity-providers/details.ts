import type { IdentityProviderTypeType } from "@aws-sdk/client-cognito-identity-provider"
import type { Deps } from "../../../call.ts"
import { parseAppleKey } from "../../../federation/openid/apple.ts"
import { discoverEndpoints, isWebUrl } from "../../../federation/openid/discover.ts"
import { invalidParameter } from "../errors.ts"
import type { IdentityProvider, Settled } from "./record.ts"
import { settleSaml } from "./saml-details.ts"
import { completeDetails, type Details } from "./types.ts"

type DetailsDeps = Pick<Deps, "outgoing" | "loginEndpoints" | "clock">

/**
 * Settles the details of a new provider, or new details of one that there is. May ask the provider: no transaction is open
 * meanwhile.
 */
export async function settleDetails(
  deps: DetailsDeps,
  poolId: string,
  type: IdentityProviderTypeType,
  given: Details,
  before?: IdentityProvider,
): Promise<Settled> {
  // Apple's key is never shown again: whoever sends back what they were shown keeps it.
  const key = type === "SignInWithApple" ? before?.details.private_key : undefined
  const details = completeDetails(type, { ...(key !== undefined && { private_key: key }), ...given })
  if (type === "SignInWithApple" && !parseAppleKey(details.private_key ?? ""))
    throw invalidParameter("private_key is not a valid private key.") // UNVERIFIED text
  if (type === "SAML") return settleSaml(deps, poolId, details, before)
  const settled = type === "OIDC" ? await settleOpenId(deps, details) : { details }
  for (const name of ["authorize_url", "token_url", "jwks_uri", "attributes_url"])
    if (settled.details[name] && !isWebUrl(settled.details[name])) throw invalidParameter(`${name} is not a valid URL.`) // UNVERIFIED text
  return settled
}

const ENDPOINTS = ["authorize_url", "token_url", "attributes_url", "jwks_uri"]

/**
 * Endpoints that are not given are those of the discovery document. Source: CreateIdentityProvider, ProviderDetails; the text
 * is that of many public reports.
 */
async function settleOpenId(deps: DetailsDeps, details: Details): Promise<Settled> {
  if (!isWebUrl(details.oidc_issuer!)) throw invalidParameter("oidc_issuer is not a valid URL.") // UNVERIFIED text
  if (!/^(?:GET|POST)$/.test(details.attributes_request_method!))
    throw invalidParameter("attributes_request_method must be GET or POST.") // UNVERIFIED text
  if (ENDPOINTS.every((name) => details[name])) return { details }
  const found = await discoverEndpoints(deps, details.oidc_issuer!)
  if (!found) throw invalidParameter("Unable to contact well-known endpoint")
  const discovered: Details = {
    authorize_url: found.authorizeUrl,
    token_url: found.tokenUrl,
    jwks_uri: found.keysUrl,
    ...(found.userInfoUrl !== undefined && { attributes_url: found.userInfoUrl }),
  }
  return { details: { ...discovered, ...details }, answersWithIssuer: found.answersWithIssuer }
}
