import type { SessionDescriptionType } from "@aws-sdk/client-cognito-identity-provider"
import { DIGITS, LOWER, randomText } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { isSignedIn } from "../tokens/refresh-tokens.ts"

/** A session of a user, as it is listed: one that has a refresh token, or one of a browser. Times are milliseconds. */
export interface UserSession extends SessionBody {
  id: string
  sub: string
  /** The sign-in that it is, or the browser's session. */
  ref: string
  activeAt: number
  expiresAt: number
}

interface SessionBody {
  clientId: string
  createdAt: number
  device: string
  address: string
  /** The browser's session that it came of. */
  originId?: string
}

interface SessionRow {
  id: string
  sub: string
  ref: string
  active: number
  expires: number
  body: string
}

export type SessionKind = "tkn" | "sso"

const ID_LENGTH = 28

/** Source: SessionDescriptionType, SessionId. */
export const newSessionId = (kind: SessionKind): string => kind + randomText(LOWER + DIGITS, ID_LENGTH - kind.length)

export const isTokenSession = ({ id }: Pick<UserSession, "id">): boolean => id.startsWith("tkn")

const COLUMNS = "id, sub, ref, active, expires, body"

const parseRow = ({ id, sub, ref, active, expires, body }: SessionRow): UserSession => ({
  ...(JSON.parse(body) as SessionBody),
  id,
  sub,
  ref,
  activeAt: Number(active),
  expiresAt: Number(expires),
})

export async function putUserSession(tx: Writing, poolId: string, session: UserSession): Promise<void> {
  const { id, sub, ref, activeAt, expiresAt, ...body } = session
  await tx.run(
    `INSERT INTO idp_user_sessions (pool_id, sub, id, ref, active, expires, body) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (pool_id, sub, id) DO UPDATE SET active = excluded.active, expires = excluded.expires, body = excluded.body`,
    poolId,
    sub,
    id,
    ref,
    activeAt,
    expiresAt,
    JSON.stringify(body),
  )
}

export async function findSessionByRef(tx: Reading, poolId: string, ref: string): Promise<UserSession | undefined> {
  const sql = `SELECT ${COLUMNS} FROM idp_user_sessions WHERE pool_id = $1 AND ref = $2 LIMIT 1`
  const row = await tx.get<SessionRow>(sql, poolId, ref)
  return row && parseRow(row)
}

export async function findUserSession(
  tx: Reading,
  poolId: string,
  sub: string,
  id: string,
): Promise<UserSession | undefined> {
  const sql = `SELECT ${COLUMNS} FROM idp_user_sessions WHERE pool_id = $1 AND sub = $2 AND id = $3`
  const row = await tx.get<SessionRow>(sql, poolId, sub, id)
  return row && parseRow(row)
}

export const listUserSessions = async (
  tx: Reading,
  poolId: string,
  sub: string,
  after: string,
  count: number,
): Promise<UserSession[]> =>
  (
    await tx.all<SessionRow>(
      `SELECT ${COLUMNS} FROM idp_user_sessions WHERE pool_id = $1 AND sub = $2 AND id > $3 ORDER BY id LIMIT $4`,
      poolId,
      sub,
      after,
      count,
    )
  ).map(parseRow)

export async function deleteUserSession(tx: Writing, poolId: string, { sub, id }: UserSession): Promise<void> {
  await tx.run("DELETE FROM idp_user_sessions WHERE pool_id = $1 AND sub = $2 AND id = $3", poolId, sub, id)
}

/** Whether it still counts: a sign-in may have been revoked in other ways. */
export const isAlive = async (tx: Reading, poolId: string, session: UserSession, now: number): Promise<boolean> =>
  session.expiresAt > now && (!isTokenSession(session) || (await isSignedIn(tx, poolId, session.ref)))

export const describeSession = (session: UserSession, currentEventId?: string): SessionDescriptionType => ({
  SessionId: session.id,
  SessionType: isTokenSession(session) ? "TOKEN" : "SSO",
  ClientId: session.clientId,
  CreateDate: new Date(session.createdAt),
  LastActiveDate: new Date(session.activeAt),
  DeviceType: session.device,
  LastIPAddress: session.address,
  LastLocation: { Country: "unknown" },
  ...(session.originId !== undefined && { OriginSessionId: session.originId }),
  IsCurrentSession: currentEventId !== undefined && session.ref === currentEventId,
})
