import { type AppClient, findClient } from "../../app-clients/record.ts"
import { isStorable } from "../../users/names.ts"
import { HostedError, type Place, type Refuse, staysHere } from "../errors.ts"
import type { Hosted } from "../hosted.ts"
import { isResource } from "./resource.ts"
import { parseScopes } from "./scopes.ts"

/** What an application asks for, every part of it checked. */
export interface AuthorizeRequest {
  client: AppClient
  redirectUri: string
  /** Whether the request named none: the client has one alone. */
  isOnlyRedirectUri: boolean
  responseType: "code" | "token"
  scopes: readonly string[]
  state?: string
  nonce?: string
  /** Of S256. */
  codeChallenge?: string
  lang?: string
  loginHint?: string
  prompt: ReadonlySet<string>
  identityProvider?: string
  idpIdentifier?: string
  resource?: string
  acrValues?: readonly string[]
  maxAge?: number
}

/**
 * Reads the query of `/oauth2/authorize` and of every page that it leads to: pages keep nothing, so each of them checks it
 * anew. Throws HostedError, one that stays on the domain until client and callback are known to be right. Source: "Authorize
 * endpoint"; where each error is told, as recorded.
 */
export async function parseAuthorizeRequest(hosted: Hosted): Promise<AuthorizeRequest> {
  const { query } = hosted
  const client = await getOAuthClient(hosted)
  const redirectUri = getRedirectUri(query, client)
  const given = query.get("response_type")
  const state = query.get("state") ?? undefined
  const place: Place = { is: "callback", redirectUri, state, inFragment: given === "token" }
  const refuse = (error: string, check: string, found: unknown, expected?: unknown) =>
    new HostedError(place, error, undefined, { check, found, ...(expected !== undefined && { expected }) })

  const repeated = [...new Set(query.keys())].find((name) => query.getAll(name).length > 1)
  if (repeated !== undefined) throw refuse("invalid_request", "how often a parameter is given", repeated, "once")
  const responseType = getResponseType(client, given, refuse)
  const isManaged = hosted.domain.managedLoginVersion === 2
  return {
    client,
    redirectUri,
    isOnlyRedirectUri: !query.get("redirect_uri"),
    responseType,
    scopes: parseScopes(query.get("scope"), client, refuse),
    ...(state !== undefined && { state }),
    ...readChallenge(query, refuse),
    ...readTexts(query),
    // Source: the same page; of these the classic pages know nothing.
    prompt: isManaged ? readPrompt(query, refuse) : new Set(),
    ...readResource(query, isManaged, refuse),
    ...readLevels(query, refuse),
  }
}

/** The client that the query names, where it is this pool's and uses the pages at all. */
export async function getOAuthClient({ query, deps, pool }: Hosted): Promise<AppClient> {
  const id = query.get("client_id")
  if (!id) throw staysHere("Required parameters missing", undefined, missing("client_id"))
  const client = isStorable(id) ? await findClient(deps.store, id) : undefined
  // AWS tells a client that is unknown as it tells an unknown callback (recorded).
  if (client?.poolId !== pool.id)
    throw staysHere("redirect_mismatch", id, {
      check: "OAuth client",
      expected: "a client of this user pool",
      found: id,
    })
  const { AllowedOAuthFlowsUserPoolClient: isOn, SupportedIdentityProviders: providers = [] } = client.settings
  if (!isOn)
    throw staysHere("Client is not enabled for OAuth2.0 flows.", id, {
      check: "OAuth flows of the client",
      expected: "AllowedOAuthFlowsUserPoolClient",
      found: false,
    })
  if (isMachine(client))
    throw staysHere("redirect_mismatch", id, {
      check: "OAuth flows of the client",
      expected: "code or implicit",
      found: "client_credentials",
    })
  // Source: the parameter client_id of "Authorize endpoint". UNVERIFIED: what AWS says of it.
  if (providers.length === 0)
    throw staysHere("invalid_request", id, {
      check: "identity providers of the client",
      expected: "COGNITO or another one in SupportedIdentityProviders",
      found: "none",
    })
  return client
}

/** One that signs in for itself: it has no users, and no business with the pages. */
export const isMachine = ({ settings }: AppClient): boolean =>
  settings.AllowedOAuthFlows?.includes("client_credentials") ?? false

const missing = (name: string) => ({ check: "parameters of the request", expected: name, found: "none" })

function getRedirectUri(query: URLSearchParams, client: AppClient): string {
  const { CallbackURLs = [], DefaultRedirectURI, SupportedIdentityProviders = [] } = client.settings
  const given = query.get("redirect_uri")
  if (!given) {
    const only = CallbackURLs.length === 1 ? CallbackURLs[0] : DefaultRedirectURI
    if (SupportedIdentityProviders.length === 1 && only !== undefined) return only
    throw staysHere("Required parameters missing", client.id, missing("redirect_uri"))
  }
  // Letter by letter: neither case, nor a slash, nor a port is passed over (recorded).
  if (!CallbackURLs.includes(given) || query.getAll("redirect_uri").length > 1)
    throw staysHere("redirect_mismatch", client.id, { check: "redirect_uri", expected: CallbackURLs, found: given })
  return given
}

function getResponseType(client: AppClient, given: string | null, refuse: Refuse): "code" | "token" {
  if (!given) throw refuse("invalid_request", "response_type", "none", "code or token")
  // UNVERIFIED: the error of a type that is none; RFC 6749, 4.1.2.1 has this one.
  if (given !== "code" && given !== "token")
    throw refuse("unsupported_response_type", "response_type", given, "code or token")
  const flow = given === "code" ? "code" : "implicit"
  const { AllowedOAuthFlows: allowed = [] } = client.settings
  if (!allowed.includes(flow)) throw refuse("unauthorized_client", "OAuth flows of the client", allowed, flow)
  return given
}

/** PKCE, S256 alone (RFC 7636). */
function readChallenge(query: URLSearchParams, refuse: Refuse): Pick<AuthorizeRequest, "codeChallenge"> {
  const challenge = query.get("code_challenge")
  const method = query.get("code_challenge_method")
  if (challenge === null && method === null) return {}
  const isRight = method === "S256" && challenge !== null && /^[\w-]{43}$/.test(challenge)
  if (!isRight)
    throw refuse("invalid_request", "code_challenge", `method ${method ?? "none"}`, "43 characters of base64url, S256")
  return { codeChallenge: challenge }
}

function readTexts(query: URLSearchParams) {
  const texts = {
    nonce: query.get("nonce"),
    lang: query.get("lang"),
    loginHint: query.get("login_hint"),
    identityProvider: query.get("identity_provider"),
    idpIdentifier: query.get("idp_identifier"),
  }
  const given = Object.entries(texts).filter(([, text]) => text !== null && text !== "")
  return Object.fromEntries(given) as Partial<Record<keyof typeof texts, string>>
}

const PROMPTS = ["none", "login", "select_account", "consent"]

function readPrompt(query: URLSearchParams, refuse: Refuse): Set<string> {
  const prompt = new Set((query.get("prompt") ?? "").split(" ").filter((one) => one !== ""))
  const unknown = [...prompt].find((one) => !PROMPTS.includes(one))
  if (unknown !== undefined) throw refuse("invalid_request", "prompt", unknown, PROMPTS)
  if (prompt.has("none") && prompt.size > 1) throw refuse("invalid_request", "prompt", [...prompt], "none alone")
  return prompt
}

function readResource(query: URLSearchParams, isManaged: boolean, refuse: Refuse): Pick<AuthorizeRequest, "resource"> {
  const resource = query.get("resource")
  if (resource === null) return {}
  if (!isManaged) throw refuse("invalid_scope", "resource", resource, "none, on the classic pages") // recorded
  // RFC 8707 has invalid_target for it. UNVERIFIED: which of them AWS tells.
  if (!isResource(resource)) throw refuse("invalid_request", "resource", resource, "an absolute URL without a fragment")
  return { resource }
}

const MAX_AGE = /^\d{1,10}$/

function readLevels(query: URLSearchParams, refuse: Refuse): Pick<AuthorizeRequest, "acrValues" | "maxAge"> {
  const values = (query.get("acr_values") ?? "").split(" ").filter((one) => one !== "")
  const age = query.get("max_age")
  if (age !== null && !MAX_AGE.test(age)) throw refuse("invalid_request", "max_age", age, "seconds, 0 or more")
  return { ...(values.length > 0 && { acrValues: values }), ...(age !== null && { maxAge: Number(age) }) }
}
