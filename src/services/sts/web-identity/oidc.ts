import { errors, type JWTVerifyGetKey, jwtVerify } from "jose"
import type { Deps } from "../../../call.ts"
import { findOidcProvider, oidcProviderArn } from "../../iam/service.ts"
import {
  invalidIdentityToken,
  noVerificationKey,
  providerUnreachable,
  tokenExpired,
  unknownProvider,
  wrongAudience,
} from "../errors.ts"
import { claimKeys, sessionClaims, type VerifiedIdentity } from "./identity.ts"
import { type Fetch, fetchKeySet, NoKeySetError, ProviderUnreachableError } from "./key-sets.ts"
import { audiencesOf, type UnverifiedToken } from "./token.ts"
import { isUserPoolIssuer, verifyUserPoolToken } from "./user-pool.ts"

/** "STS supports RS256, RS384, RS512, ES256, ES384, ES512" (API Reference of CreateOpenIDConnectProvider's guide). */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]

/** A token of a provider that the role's account trusts. */
export async function verifyOidcToken(
  deps: Pick<Deps, "store" | "masterKey" | "clock">,
  account: string,
  token: UnverifiedToken,
  fetch?: Fetch,
): Promise<VerifiedIdentity> {
  const { issuer, payload } = token
  const url = issuer.replace(/^https:\/\//, "").replace(/\/$/, "")
  const provider = await findOidcProvider(deps.store, oidcProviderArn(account, url))
  if (!provider || !issuer.startsWith("https://")) throw unknownProvider(issuer)
  const audiences = audiencesOf(payload)
  const audience = audiences.find((value) => provider.clientIds.includes(value))
  if (audience === undefined) throw wrongAudience({ found: audiences, expected: provider.clientIds })
  const now = Math.floor(deps.clock.now() / 1000)
  if (payload.exp! <= now) throw tokenExpired(now, payload.exp!)
  if (isUserPoolIssuer(issuer)) await verifyUserPoolToken(deps, token)
  else await verify(deps, token, fetch)
  return {
    provider: provider.arn,
    subject: payload.sub!,
    audience,
    claims: claimKeys(url, payload, audience),
    ...sessionClaims(payload),
  }
}

async function verify(deps: Pick<Deps, "clock">, { text, issuer }: UnverifiedToken, fetch?: Fetch): Promise<void> {
  const options = { clock: deps.clock, ...(fetch && { fetch }) }
  const check = (keys: JWTVerifyGetKey) =>
    jwtVerify(text, keys, { issuer, algorithms: ALGORITHMS, currentDate: new Date(deps.clock.now()) })
  try {
    try {
      await check(await fetchKeySet(issuer, options))
    } catch (error) {
      // Keys are rotated: a key that is not known is asked for once more.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await check(await fetchKeySet(issuer, { ...options, again: true }))
    }
  } catch (error) {
    throw asWireError(error)
  }
}

/** jose's reasons stay with us; the bearer hears AWS's words. */
function asWireError(error: unknown): unknown {
  if (error instanceof ProviderUnreachableError) return providerUnreachable(error.message)
  if (
    error instanceof NoKeySetError ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSInvalid
  )
    return noVerificationKey(error.message)
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return invalidIdentityToken("Token signature verification failed", error.message)
  if (error instanceof errors.JOSEError)
    return invalidIdentityToken("The web identity token that was passed could not be validated.", error.message)
  return error
}
