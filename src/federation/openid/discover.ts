import { UnreachableError } from "../../base/outgoing.ts"
import { USER_AGENT } from "../user-agent.ts"
import type { AskingDeps } from "./fetch.ts"

/** Where a provider says that its endpoints are. */
export interface DiscoveredEndpoints {
  authorizeUrl: string
  tokenUrl: string
  keysUrl: string
  userInfoUrl: string | undefined
  /** Whether each of its answers names it (RFC 9207). */
  answersWithIssuer: boolean
}

/**
 * By OpenID Connect Discovery 1.0. Undefined where nothing answers, or no such document. What it says is believed of itself
 * alone: the issuer of each token is held against the one that was configured.
 */
export async function discoverEndpoints(deps: AskingDeps, issuer: string): Promise<DiscoveredEndpoints | undefined> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`
  const answer = await deps
    .outgoing(deps.loginEndpoints.rewrite(url), {
      headers: { accept: "application/json", "user-agent": USER_AGENT },
      followsAnywhere: true,
    })
    .catch((error: unknown) => {
      if (error instanceof UnreachableError) return undefined
      throw error
    })
  if (answer?.status !== 200) return undefined
  const document = parseObject(answer.text)
  const endpoint = (name: string): string | undefined => {
    const value = document?.[name]
    return typeof value === "string" && isWebUrl(value) ? value : undefined
  }
  const [authorizeUrl, tokenUrl, keysUrl] = ["authorization_endpoint", "token_endpoint", "jwks_uri"].map(endpoint)
  if (!authorizeUrl || !tokenUrl || !keysUrl) return undefined
  return {
    authorizeUrl,
    tokenUrl,
    keysUrl,
    userInfoUrl: endpoint("userinfo_endpoint"),
    answersWithIssuer: document!.authorization_response_iss_parameter_supported === true,
  }
}

/** A URL that a browser or a server can be sent to, and nothing that a browser would run. */
export function isWebUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && (url.protocol === "https:" || url.protocol === "http:") && url.username === ""
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
