import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose"
import { BoundedCache } from "../../../base/bounded-cache.ts"
import type { Clock } from "../../../base/clock.ts"

/** Fetching may be given by tests; the platform's own otherwise. */
export type Fetch = (url: string, options: { redirect: "error"; signal: AbortSignal }) => Promise<Response>

const TIMEOUT_MILLISECONDS = 5_000
const MAXIMUM_BYTES = 512 * 1024
const KEPT_MILLISECONDS = 5 * 60 * 1000

/** The provider did not answer in time, or not at all. */
export class ProviderUnreachableError extends Error {}
/** The provider answered, but no key set. */
export class NoKeySetError extends Error {}

interface Kept {
  keys: JWTVerifyGetKey
  until: number
}

const kept = new BoundedCache<string, Kept>(200)

/**
 * The keys of an issuer, by OpenID Connect Discovery 1.0: `<issuer>/.well-known/openid-configuration` and its
 * `jwks_uri`. Kept for five minutes; `again` asks anew, for a token whose key is not among them.
 */
export async function fetchKeySet(
  issuer: string,
  { clock, fetch = globalThis.fetch, again = false }: { clock: Clock; fetch?: Fetch; again?: boolean },
): Promise<JWTVerifyGetKey> {
  const known = kept.find(issuer)
  if (known && !again && clock.now() < known.until) return known.keys
  const discovery = await fetchJson(fetch, `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`)
  const uri = discovery.jwks_uri
  if (typeof uri !== "string" || !/^https:\/\//i.test(uri)) throw new NoKeySetError("The discovery has no jwks_uri.")
  const keys = createKeys(await fetchJson(fetch, uri))
  kept.put(issuer, { keys, until: clock.now() + KEPT_MILLISECONDS })
  return keys
}

function createKeys(document: Record<string, unknown>): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(document as unknown as JSONWebKeySet)
  } catch (cause) {
    throw new NoKeySetError("The key set is malformed.", { cause })
  }
}

async function fetchJson(fetch: Fetch, url: string): Promise<Record<string, unknown>> {
  let response: Response
  try {
    response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS) })
  } catch (cause) {
    throw new ProviderUnreachableError(`${url} did not answer.`, { cause })
  }
  if (!response.ok) throw new NoKeySetError(`${url} answered ${response.status}.`)
  const text = await readText(response, url)
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === "object" && document !== null) return document as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new NoKeySetError(`${url} is no JSON object.`)
}

async function readText(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.byteLength
      if (length > MAXIMUM_BYTES) break
      chunks.push(chunk)
    }
  } catch (cause) {
    throw new ProviderUnreachableError(`${url} broke off.`, { cause })
  }
  if (length > MAXIMUM_BYTES) throw new NoKeySetError(`${url} is too long.`)
  return Buffer.concat(chunks).toString("utf8")
}
