import { nowInSeconds } from "../../../base/clock.ts"
import type { Deps } from "../../../call.ts"
import { findClient } from "../app-clients/record.ts"
import { findUserPool, type UserPool } from "../user-pools/record.ts"
import { findUserBySub } from "../users/record.ts"
import type { Claims } from "./claims.ts"
import { isOwnIssuer } from "./issuer.ts"
import { isSignedBy, readJwt } from "./jwt.ts"
import { isSignedIn } from "./refresh-tokens.ts"
import { getSigningKeys } from "./signing-keys.ts"

/** An ID token that this server signed and that is in force. Times are whole seconds since the epoch. */
export interface VerifiedIdToken {
  userPoolId: string
  clientId: string
  /** `cognito-idp.<region>.amazonaws.com/<pool id>`: the key of `Logins`. */
  providerName: string
  sub: string
  /** `cognito:username` */
  username: string
  /** By precedence. */
  groups: readonly string[]
  /** `cognito:roles` */
  roles: readonly string[]
  /** `cognito:preferred_role` */
  preferredRole: string | undefined
  authTime: number
  issuedAt: number
  expiresAt: number
  claims: Claims
  /** The server-side token check: throws unless the user is there and enabled and the sign-in is not revoked. */
  assertActive(): Promise<void>
}

/** Why an ID token is not accepted. */
export type TokenFailure =
  | "malformed"
  | "unknown-pool"
  | "wrong-issuer"
  | "bad-signature"
  | "not-an-id-token"
  | "expired"
  | "unknown-client"
  | "user-deleted"
  | "user-disabled"
  | "revoked"

/** The message is what identity pools say behind "Invalid login token."; the details are for the decision log. */
export class UserPoolTokenError extends Error {
  override name = "UserPoolTokenError"
  readonly reason: TokenFailure
  readonly details: Readonly<Record<string, unknown>>

  constructor(reason: TokenFailure, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.reason = reason
    this.details = { reason, ...details }
  }
}

type VerifyDeps = Pick<Deps, "store" | "masterKey" | "clock" | "endpoint">

/** A token of either use whose issuer and signature are right. Its time is not looked at. */
export async function verifySignature(
  deps: VerifyDeps,
  text: string,
): Promise<{ pool: UserPool; claims: Claims; providerName: string }> {
  const jwt = readJwt(text)
  if (!jwt) throw new UserPoolTokenError("malformed", "Not a valid OpenId Connect identity token.")
  const { issuer } = jwt
  const pool = issuer && isOwnIssuer(issuer, deps.endpoint) ? await findUserPool(deps.store, issuer.poolId) : undefined
  if (!issuer || !pool) throw new UserPoolTokenError("unknown-pool", "Not a Cognito token.", { iss: jwt.claims.iss })
  if (!isSignedBy(await getSigningKeys(deps, pool.id), jwt))
    throw new UserPoolTokenError("bad-signature", "Couldn't verify signed token.", { kid: jwt.kid })
  return { pool, claims: jwt.claims, providerName: issuer.providerName }
}

/** Verifies an ID token offline: issuer, signature, use, time and client. Throws UserPoolTokenError. */
export async function verifyIdToken(
  deps: VerifyDeps,
  text: string,
  expected: { providerName?: string } = {},
): Promise<VerifiedIdToken> {
  const { pool, claims, providerName } = await verifySignature(deps, text)
  if (expected.providerName !== undefined && expected.providerName !== providerName)
    throw new UserPoolTokenError("wrong-issuer", "Issuer doesn't match providerName", {
      expected: expected.providerName,
      providerName,
    })
  if (claims.token_use !== "id")
    throw new UserPoolTokenError("not-an-id-token", "Missing a required claim: aud", { token_use: claims.token_use })
  const now = nowInSeconds(deps.clock)
  const expiresAt = Number(claims.exp)
  if (now >= expiresAt)
    throw new UserPoolTokenError("expired", `Token expired: ${now} >= ${expiresAt}`, { now, expiresAt })
  const client = await findClient(deps.store, String(claims.aud))
  if (client?.poolId !== pool.id)
    throw new UserPoolTokenError("unknown-client", "Couldn't verify signed token.", { aud: claims.aud })
  const sub = String(claims.sub)
  return {
    userPoolId: pool.id,
    clientId: client.id,
    providerName,
    sub,
    username: String(claims["cognito:username"]),
    groups: textsOf(claims["cognito:groups"]),
    roles: textsOf(claims["cognito:roles"]),
    preferredRole: claims["cognito:preferred_role"] as string | undefined,
    authTime: Number(claims.auth_time),
    issuedAt: Number(claims.iat),
    expiresAt,
    claims,
    assertActive: () => assertActive(deps, pool.id, sub, String(claims.event_id)),
  }
}

const textsOf = (claim: unknown): string[] => (Array.isArray(claim) ? claim.map(String) : [])

/** UNVERIFIED texts: what AWS says where ServerSideTokenCheck fails. */
async function assertActive({ store }: VerifyDeps, poolId: string, sub: string, eventId: string): Promise<void> {
  await store.read(async (tx) => {
    const user = await findUserBySub(tx, poolId, sub)
    if (!user) throw new UserPoolTokenError("user-deleted", "User does not exist.", { sub })
    if (!user.enabled) throw new UserPoolTokenError("user-disabled", "User is disabled.", { sub })
    if (!(await isSignedIn(tx, poolId, eventId)))
      throw new UserPoolTokenError("revoked", "Token has been revoked.", { sub, eventId })
  })
}
