import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose"
import { BoundedCache } from "../../base/bounded-cache.ts"
import type { Clock } from "../../base/clock.ts"
import { type Outgoing, UnreachableError } from "../../base/outgoing.ts"
import type { LoginEndpoints } from "../login-endpoints.ts"

export interface FederationDeps {
  clock: Clock
  outgoing: Outgoing
  loginEndpoints: LoginEndpoints
}

/** The provider answered, but no key set. */
export class NoKeySetError extends Error {
  override name = "NoKeySetError"
}

/** A key set is asked for again after this long. */
const KEPT_MILLISECONDS = 10 * 60 * 1000
/** However many unknown keys tokens name, and however often it fails, a provider is asked no more often than this. */
const FLOOR_MILLISECONDS = 10 * 1000
const PROVIDERS_AT_MOST = 500

interface Kept {
  keys: Promise<JWTVerifyGetKey>
  fetchedAt: number
}

/** One for each server: what is kept was fetched through its `outgoing`, at its clock's time. */
const caches = new WeakMap<Outgoing, BoundedCache<string, Kept>>()

/**
 * The keys of a provider, from memory where they are fresh. `isStale` says that a token names a key that is not among
 * them: they are fetched again, unless that was done a moment ago. Throws UnreachableError and NoKeySetError.
 */
export function findKeys(deps: FederationDeps, name: string, { isStale = false } = {}): Promise<JWTVerifyGetKey> {
  const cache = cacheOf(deps.outgoing)
  const kept = cache.find(name)
  const now = deps.clock.now()
  // A clock that was set back makes an age negative: what was fetched then is not trusted for long either.
  const age = kept === undefined ? Number.POSITIVE_INFINITY : Math.abs(now - kept.fetchedAt)
  if (kept && age < (isStale ? FLOOR_MILLISECONDS : KEPT_MILLISECONDS)) return kept.keys
  const keys = fetchKeys(deps, name)
  const entry = { keys, fetchedAt: now }
  cache.put(name, entry)
  // A failure is kept for the floor alone.
  keys.catch(() => {
    entry.fetchedAt = now - KEPT_MILLISECONDS + FLOOR_MILLISECONDS
  })
  return keys
}

function cacheOf(outgoing: Outgoing): BoundedCache<string, Kept> {
  const known = caches.get(outgoing)
  if (known) return known
  const cache = new BoundedCache<string, Kept>(PROVIDERS_AT_MOST)
  caches.set(outgoing, cache)
  return cache
}

/** Cognito's own key sets have a known place; everybody else's is told by OpenID Connect Discovery 1.0. */
async function fetchKeys({ outgoing, loginEndpoints }: FederationDeps, name: string): Promise<JWTVerifyGetKey> {
  const url = loginEndpoints.urlOf(name)
  const isCognito = /^cognito-idp\.[a-z0-9-]+\.amazonaws\.com\//.test(name)
  const keysUrl = isCognito ? `${url}/.well-known/jwks.json` : await discover(outgoing, url)
  const document = await fetchJson(outgoing, keysUrl)
  try {
    return createLocalJWKSet(document as unknown as JSONWebKeySet)
  } catch (cause) {
    throw new NoKeySetError(`${keysUrl} is no key set`, { cause })
  }
}

/** The `jwks_uri`: https, or else at the very place that the operator sent us to. */
async function discover(outgoing: Outgoing, url: string): Promise<string> {
  const { jwks_uri } = await fetchJson(outgoing, `${url}/.well-known/openid-configuration`)
  const keysUrl = typeof jwks_uri === "string" && URL.canParse(jwks_uri) ? new URL(jwks_uri) : undefined
  if (!keysUrl || (keysUrl.protocol !== "https:" && keysUrl.origin !== new URL(url).origin))
    throw new NoKeySetError(`the discovery document of ${url} has no jwks_uri that can be used`)
  return keysUrl.href
}

async function fetchJson(outgoing: Outgoing, url: string): Promise<Record<string, unknown>> {
  const { status, text } = await outgoing(url, { headers: { accept: "application/json" } }).catch((error: unknown) => {
    throw error instanceof UnreachableError ? new UnreachableError(`${url} ${error.message}`, { cause: error }) : error
  })
  if (status !== 200) throw new NoKeySetError(`${url} answers ${status}`)
  try {
    const document: unknown = JSON.parse(text)
    if (typeof document === "object" && document !== null) return document as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new NoKeySetError(`${url} is no JSON object`)
}
