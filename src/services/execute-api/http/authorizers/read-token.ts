import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from "jose"
import { BoundedCache } from "../../../../base/bounded-cache.ts"
import { UnreachableError } from "../../../../base/outgoing.ts"
import type { CallContext, Deps } from "../../../../call.ts"
import { findKeys, NoKeySetError } from "../../../../federation/openid/key-sets.ts"

/** A token whose signature is its issuer's; its times and names are for whoever asks to look at. */
export type ReadToken =
  | { is: "genuine"; claims: Readonly<Record<string, unknown>> }
  /** `description` is for the caller, `found` for the record. */
  | { is: "refused"; description: string; found: unknown }

/** Developer Guide, "Control access to HTTP APIs with JWT authorizers": RSA alone. */
const ALGORITHMS = ["RS256", "RS384", "RS512"]

/** The longest header that AWS takes has as many bytes. */
const MOST_CHARACTERS = 10_240

const refused = (description: string, found: unknown): ReadToken => ({ is: "refused", description, found })

/**
 * Reads a token of the issuer. One of a user pool of this server is verified by who has issued it; keys of all others are fetched, within
 * limits, and kept for a while. UNVERIFIED: the descriptions, but for those of discovery and key sets (quoted by users).
 */
export async function readToken(token: string, issuer: string, call: CallContext): Promise<ReadToken> {
  if (token.length > MOST_CHARACTERS)
    return refused("the token is malformed", "a token that is longer than headers are")
  let found: unknown
  try {
    const { alg } = decodeProtectedHeader(token)
    found = decodeJwt(token).iss
    if (alg === undefined || !ALGORITHMS.includes(alg))
      return refused("the token is not signed with a supported algorithm", `the algorithm ${alg ?? "of none"}`)
  } catch {
    return refused("the token is malformed", "no JSON web token")
  }
  if (found !== issuer)
    return refused(
      "the token has an invalid issuer",
      typeof found === "string" ? `a token of ${found}` : "a token of nobody",
    )
  const own = await call.peers.readToken(token)
  if (own?.is === "forged") return refused("the token has an invalid signature", own.because)
  return own ?? readForeign(token, issuer, call)
}

interface Seen {
  claims: Readonly<Record<string, unknown>>
  /** Milliseconds since the epoch. */
  at: number
}

/** By the token: its signature was good a moment ago. It is forgotten before its keys are. */
const seen = new WeakMap<Deps["outgoing"], BoundedCache<string, Seen>>()
const TOKENS_AT_MOST = 2_000
const REMEMBERED_MILLISECONDS = 5 * 60 * 1000

async function readForeign(token: string, issuer: string, call: CallContext): Promise<ReadToken> {
  const { outgoing, clock } = call
  let remembered = seen.get(outgoing)
  if (!remembered) {
    remembered = new BoundedCache(TOKENS_AT_MOST)
    seen.set(outgoing, remembered)
  }
  const now = clock.now()
  const known = remembered.find(token)
  if (known && Math.abs(now - known.at) < REMEMBERED_MILLISECONDS) return { is: "genuine", claims: known.claims }
  const name = issuer.replace(/^https?:\/\//, "").replace(/\/$/, "")
  try {
    const claims = await verify(token, name, call)
    remembered.put(token, { claims, at: now })
    return { is: "genuine", claims }
  } catch (error) {
    if (error instanceof UnreachableError) return refused("OIDC discovery endpoint communication error", error.message)
    if (error instanceof NoKeySetError) return refused("JWKS communication error", error.message)
    if (error instanceof errors.JOSEError) return refused("the token has an invalid signature", error.code)
    throw error
  }
}

async function verify(token: string, name: string, call: CallContext): Promise<Readonly<Record<string, unknown>>> {
  const check = async (isStale: boolean) =>
    compactVerify(token, await findKeys(call, name, { isStale }), { algorithms: ALGORITHMS })
  try {
    await check(false)
  } catch (error) {
    // The provider may have another key by now.
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
    await check(true)
  }
  return decodeJwt(token)
}
