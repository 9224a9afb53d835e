import { errors, jwtVerify, SignJWT } from "jose"
import { parseArn } from "../../../base/arn.ts"
import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { poolArn } from "../arns.ts"
import type { Pool } from "../pools/pool.ts"
import { signingKey } from "./signing-key.ts"

/** Who signs, as trust policies and AssumeRoleWithWebIdentity know it. */
export const ISSUER = "https://cognito-identity.amazonaws.com"
export const PROVIDER = "cognito-identity.amazonaws.com"

const TAGS_CLAIM = "https://aws.amazon.com/tags"
const POOL_CLAIM = `${ISSUER}/identity-pool-arn`

export interface OpenIdTokenClaims {
  identityId: string
  poolId: string
  /** The account of the pool. */
  account: string
  /** `authenticated` or `unauthenticated`, then the providers and the person at each. */
  amr: readonly string[]
  /** Session tags that the token brings to AssumeRoleWithWebIdentity. */
  tags?: Readonly<Record<string, string>>
}

/** The token of GetOpenIdToken. Source: Cognito Developer Guide, "Open ID Connect"; RS512 as AWS signs it. */
export async function issueOpenIdToken(
  deps: Deps,
  pool: Pool,
  { identityId, amr, tags }: Omit<OpenIdTokenClaims, "account" | "poolId">,
  validSeconds: number,
): Promise<string> {
  const key = await signingKey(deps)
  const now = nowInSeconds(deps.clock)
  const claims: Record<string, unknown> = {
    amr,
    [POOL_CLAIM]: poolArn(pool.region, pool.account, pool.poolId),
  }
  if (tags && Object.keys(tags).length > 0)
    claims[TAGS_CLAIM] = {
      principal_tags: Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
      transitive_tag_keys: [],
    }
  return new SignJWT(claims)
    .setProtectedHeader({ kid: key.keyId, typ: "JWS", alg: "RS512" })
    .setSubject(identityId)
    .setAudience(pool.poolId)
    .setIssuer(ISSUER)
    .setIssuedAt(now)
    .setExpirationTime(now + validSeconds)
    .sign(key.privateKey)
}

/** Why a token is not one of ours. */
export type OpenIdTokenFault = { fault: "expired"; expiredAt: number } | { fault: "invalid" }

export async function verifyOpenIdToken(deps: Deps, token: string): Promise<OpenIdTokenClaims | OpenIdTokenFault> {
  const key = await signingKey(deps)
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      issuer: ISSUER,
      algorithms: ["RS512"],
      currentDate: new Date(deps.clock.now()),
      requiredClaims: ["sub", "aud", "exp"],
    })
    const claims: OpenIdTokenClaims = {
      identityId: payload.sub!,
      poolId: String(payload.aud),
      account: parseArn(String(payload[POOL_CLAIM]))?.account ?? "",
      amr: Array.isArray(payload.amr) ? payload.amr.map(String) : [],
    }
    const tags = tagsOf(payload[TAGS_CLAIM])
    return tags ? { ...claims, tags } : claims
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { fault: "expired", expiredAt: Number(error.payload.exp) }
    return { fault: "invalid" }
  }
}

function tagsOf(claim: unknown): Record<string, string> | undefined {
  const tags = (claim as { principal_tags?: Record<string, unknown[]> } | undefined)?.principal_tags
  return tags && Object.fromEntries(Object.entries(tags).map(([name, [value]]) => [name, String(value)]))
}
