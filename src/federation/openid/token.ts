import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose"
import { nowInSeconds } from "../../base/clock.ts"
import { UnreachableError } from "../../base/outgoing.ts"
import { FederationError } from "../error.ts"
import { type FederationDeps, findKeys, NoKeySetError } from "./key-sets.ts"

/** Why a token is not believed. */
export type OpenIdFault =
  | "malformed"
  | "missing claim"
  | "issuer"
  | "audience"
  | "expired"
  | "too old"
  | "not yet valid"
  | "signature"
  | "no key"
  | "unreachable"

export class OpenIdTokenError extends FederationError<OpenIdFault> {
  override name = "OpenIdTokenError"
}

/** A token taken apart, nothing of it believed. */
export interface UnverifiedToken {
  text: string
  issuer: string
  subject: string
  /** Seconds since the epoch. */
  issuedAt: number
  expiresAt: number
  claims: JWTPayload
}

/** Source: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM". */
const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
const REQUIRED = ["iss", "sub", "aud", "exp", "iat"]

export function parseOpenIdToken(text: string): UnverifiedToken {
  let claims: JWTPayload
  try {
    decodeProtectedHeader(text)
    claims = decodeJwt(text)
  } catch {
    throw new OpenIdTokenError("malformed")
  }
  for (const claim of REQUIRED)
    if (!Object.hasOwn(claims, claim)) throw new OpenIdTokenError("missing claim", { claim })
  const { iss, sub, exp, iat } = claims
  const isTimed = Number.isFinite(exp) && Number.isFinite(iat)
  if (typeof iss !== "string" || typeof sub !== "string" || sub === "" || !isTimed)
    throw new OpenIdTokenError("malformed", { claims: "iss, sub, exp or iat is of a wrong type" })
  return { text, issuer: iss, subject: sub, issuedAt: iat!, expiresAt: exp!, claims }
}

/** Who a token is for: `azp` where it is there, else every `aud` (IAM User Guide, "Available keys for AWS OIDC
 * federation"). */
export function audiencesOf({ azp, aud }: JWTPayload): string[] {
  if (typeof azp === "string") return [azp]
  return [aud].flat().filter((value): value is string => typeof value === "string")
}

export interface ExpectedProvider {
  /** The provider's name: its issuer without the scheme. */
  name: string
  /** Further ways in which it writes itself: Google leaves the scheme out. */
  issuers?: readonly string[]
  clientIds: readonly string[]
  /** How long a token is taken after its end, for clocks that differ. */
  graceSeconds?: number
  /** How long after its issuance a token is taken, whatever its end. */
  oldestSeconds?: number
}

/** Checks issuer, audience, times and signature, and says which audience it was. Throws OpenIdTokenError. */
export async function verifyProviderToken(
  deps: FederationDeps,
  token: UnverifiedToken,
  { name, issuers = [], clientIds, graceSeconds = 0, oldestSeconds = Number.POSITIVE_INFINITY }: ExpectedProvider,
): Promise<{ audience: string }> {
  const { issuer, issuedAt, expiresAt, claims } = token
  if (!deps.loginEndpoints.isIssuer(issuer, name) && !issuers.includes(issuer))
    throw new OpenIdTokenError("issuer", { expected: name, found: issuer })
  const audiences = audiencesOf(claims)
  const audience = audiences.find((value) => clientIds.includes(value))
  if (audience === undefined)
    throw new OpenIdTokenError("audience", {
      claim: claims.azp === undefined ? "aud" : "azp",
      expected: clientIds,
      found: audiences,
    })
  const now = nowInSeconds(deps.clock)
  if (now >= expiresAt + graceSeconds) throw new OpenIdTokenError("expired", { now, exp: expiresAt })
  if (now - issuedAt > oldestSeconds) throw new OpenIdTokenError("too old", { age: now - issuedAt, iat: issuedAt })
  if (typeof claims.nbf === "number" && claims.nbf > now)
    throw new OpenIdTokenError("not yet valid", { now, nbf: claims.nbf })
  await verifySignature(deps, token, name, graceSeconds)
  return { audience }
}

async function verifySignature(
  deps: FederationDeps,
  { text }: UnverifiedToken,
  name: string,
  clockTolerance: number,
): Promise<void> {
  const options = { algorithms: ALGORITHMS, currentDate: new Date(deps.clock.now()), clockTolerance }
  const check = (keys: JWTVerifyGetKey) => jwtVerify(text, keys, options)
  try {
    try {
      await check(await findKeys(deps, name))
    } catch (error) {
      // Providers rotate their keys.
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      await check(await findKeys(deps, name, { isStale: true }))
    }
  } catch (error) {
    throw asTokenError(error, name)
  }
}

function asTokenError(error: unknown, provider: string): unknown {
  if (error instanceof UnreachableError) return new OpenIdTokenError("unreachable", { provider, why: error.message })
  if (error instanceof NoKeySetError) return new OpenIdTokenError("no key", { provider, why: error.message })
  const isKeyFault =
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JWKSInvalid
  if (isKeyFault) return new OpenIdTokenError("no key", { provider, why: error.message })
  // jose's other errors, and those of a key that cannot be imported.
  if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
    return new OpenIdTokenError("signature", { provider, why: error.message })
  return error
}
