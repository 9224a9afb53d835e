import { hash, randomFillSync } from "node:crypto"
import type { Reading, Writing } from "../../../store/store.ts"
import { removeRows } from "../../../work/removal.ts"
import { anyGroupOf } from "../groups/record.ts"
import { parseUser, type User, type UserRow } from "../users/record.ts"
import type { SignIn } from "./claims.ts"

/**
 * A refresh token as it is kept: by its hash alone. All tokens of one sign-in share its `eventId`; revoking the sign-in
 * revokes the access tokens too. Times are milliseconds since the epoch, those in `signIn` seconds.
 */
export interface RefreshToken {
  hash: string
  sub: string
  clientId: string
  expiresAt: number
  /** When a newer one took its place. */
  rotatedAt: number | undefined
  isRevoked: boolean
  /** How often the user had signed out everywhere when the sign-in began. */
  signOuts: number
  signIn: SignIn
}

interface TokenRow {
  hash: string
  event_id: string
  sub: string
  client_id: string
  expires: number
  rotated: number | null
  revoked: number
  sign_outs: number
  body: string
}

// AWS's refresh tokens are JWEs that only AWS can open; some clients look at their form, none into them.
const HEADER = Buffer.from('{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}').toString("base64url")

/** The bytes of the parts that follow the header: key, nonce, text and tag. */
const PARTS = [256, 12, 512, 16]
const PARTS_BYTES = PARTS.reduce((sum, bytes) => sum + bytes, 0)

/** A call to the system costs more than the bytes: they are drawn for so many tokens, and erased as they are used. */
const DRAWN_AT_ONCE = 16
const random = Buffer.alloc(DRAWN_AT_ONCE * PARTS_BYTES)
let read = random.length

/** A text in the form of AWS's refresh tokens; only its randomness means anything. */
export function createRefreshToken(): string {
  if (read === random.length) {
    randomFillSync(random)
    read = 0
  }
  const begun = read
  let token = HEADER
  for (const bytes of PARTS) {
    token += `.${random.toString("base64url", read, read + bytes)}`
    read += bytes
  }
  random.fill(0, begun, read)
  return token
}

export const isRefreshToken = (token: string): boolean => token.startsWith(`${HEADER}.`)

export const hashToken = (token: string): string => hash("sha256", token, "base64url")

export async function insertRefreshToken(tx: Writing, poolId: string, token: RefreshToken): Promise<void> {
  const { eventId, ...body } = token.signIn
  await tx.run(
    `INSERT INTO idp_refresh_tokens
       (pool_id, hash, event_id, sub, client_id, expires, rotated, revoked, body, sign_outs)
     VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, $7, $8)`,
    poolId,
    token.hash,
    eventId,
    token.sub,
    token.clientId,
    token.expiresAt,
    JSON.stringify(body),
    token.signOuts,
  )
}

/** An access token that was refreshed at the last moment outlives its refresh token by at most this. */
const LONGEST_ACCESS_MILLISECONDS = 86_400 * 1000

/** Tokens that expired before this are of no use, not even to tell which access tokens were revoked. */
export const uselessBefore = (now: number): number => now - LONGEST_ACCESS_MILLISECONDS

/** Signing in clears what is of no use, so that the table does not grow with time; never all that a rush has left. */
export async function deleteUseless(tx: Writing, poolId: string, sub: string, now: number): Promise<void> {
  const where = "pool_id = $1 AND sub = $2 AND expires < $3"
  const values = [poolId, sub, uselessBefore(now)]
  await removeRows(tx, { table: "idp_refresh_tokens", key: "pool_id, hash", where, values })
}

/** Tokens with their users: where the numbers of both differ, the user has signed out everywhere since. */
const OF_A_USER = `idp_refresh_tokens t JOIN idp_users u ON u.pool_id = t.pool_id AND u.sub = t.sub`

const COLUMNS = `t.hash, t.event_id, t.sub, t.client_id, t.expires, t.rotated, t.sign_outs, t.body,
  CASE WHEN t.sign_outs = u.sign_outs THEN t.revoked ELSE 1 END AS revoked`

const parseToken = (row: TokenRow): RefreshToken => ({
  hash: row.hash,
  sub: row.sub,
  clientId: row.client_id,
  expiresAt: Number(row.expires),
  rotatedAt: row.rotated === null ? undefined : Number(row.rotated),
  isRevoked: Number(row.revoked) === 1,
  signOuts: Number(row.sign_outs),
  signIn: { eventId: row.event_id, ...(JSON.parse(row.body) as Omit<SignIn, "eventId">) },
})

export async function findRefreshToken(tx: Reading, poolId: string, hash: string): Promise<RefreshToken | undefined> {
  const sql = `SELECT ${COLUMNS} FROM ${OF_A_USER} WHERE t.pool_id = $1 AND t.hash = $2`
  const row = await tx.get<TokenRow>(sql, poolId, hash)
  return row && parseToken(row)
}

const WITH_USER = `SELECT ${COLUMNS}, u.status, u.enabled, u.body AS user_body, u.password,
  ${anyGroupOf("t.pool_id", "t.sub")} AS in_group FROM ${OF_A_USER} WHERE t.pool_id = $1 AND t.hash = $2`

type WithUserRow = TokenRow & Omit<UserRow, "body"> & { user_body: string; in_group: string | null }

/** The token and its user, and whether that is in any groups, by one statement. */
export async function findRefreshTokenAndUser(
  tx: Reading,
  poolId: string,
  hash: string,
): Promise<{ token: RefreshToken; user: User; isInGroups: boolean } | undefined> {
  const row = await tx.get<WithUserRow>(WITH_USER, poolId, hash)
  if (!row) return undefined
  const { sub, status, enabled, user_body, password, in_group } = row
  const user = parseUser({ sub, status, enabled, body: user_body, ...(password && { password }) })
  return { token: parseToken(row), user, isInGroups: in_group !== null }
}

export async function markRotated(tx: Writing, poolId: string, hash: string, now: number): Promise<void> {
  await tx.run(
    "UPDATE idp_refresh_tokens SET rotated = $3 WHERE pool_id = $1 AND hash = $2 AND rotated IS NULL",
    poolId,
    hash,
    now,
  )
}

export async function revokeSignIn(tx: Writing, poolId: string, eventId: string): Promise<void> {
  await tx.run("UPDATE idp_refresh_tokens SET revoked = 1 WHERE pool_id = $1 AND event_id = $2", poolId, eventId)
}

/** Signs the user out everywhere, of however many sign-ins: their tokens have another number than the user from now on. */
export async function revokeAllOf(tx: Writing, poolId: string, sub: string): Promise<void> {
  await tx.run("UPDATE idp_users SET sign_outs = sign_outs + 1 WHERE pool_id = $1 AND sub = $2", poolId, sub)
}

/** Whether the tokens of a sign-in still count. */
export async function isSignedIn(tx: Reading, poolId: string, eventId: string): Promise<boolean> {
  const row = await tx.get(
    `SELECT t.hash FROM ${OF_A_USER}
      WHERE t.pool_id = $1 AND t.event_id = $2 AND t.revoked = 0 AND t.sign_outs = u.sign_outs LIMIT 1`,
    poolId,
    eventId,
  )
  return row !== undefined
}
