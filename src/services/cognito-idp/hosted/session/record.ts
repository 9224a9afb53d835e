import { hash } from "node:crypto"
import type { ProviderSession } from "../../../../federation/saml/requests.ts"
import type { Reading, Writing } from "../../../../store/store.ts"

/** Who has signed in to a pool in a browser. Times are milliseconds since the epoch unless they are named otherwise. */
export interface BrowserSession {
  hash: string
  sub: string
  expiresAt: number
  /** By which provider: `COGNITO`, or the name of another. */
  provider: string
  authTimeSeconds: number
  /** How they proved who they are: `pwd`, `otp`, ... */
  amr: readonly string[]
  /** The level that another provider says. */
  level?: 1 | 2 | 3 | 4
  createdAt: number
  /** By which it is listed, where the pool tracks sessions. */
  ssoId?: string
  /** The client that they signed in to first. */
  clientId: string
  /** Of a SAML provider: the session there. */
  providerSession?: ProviderSession
}

interface SessionRow {
  hash: string
  sub: string
  expires: number
  body: string
}

/** A session is kept by the hash of what its cookie holds. */
export const hashCookie = (value: string): string => hash("sha256", value, "base64url")

const COLUMNS = "hash, sub, expires, body"

const parseRow = ({ hash: key, sub, expires, body }: SessionRow): BrowserSession => ({
  ...(JSON.parse(body) as Omit<BrowserSession, "hash" | "sub" | "expiresAt">),
  hash: key,
  sub,
  expiresAt: Number(expires),
})

export async function findBrowserSession(
  tx: Reading,
  poolId: string,
  key: string,
  now: number,
): Promise<BrowserSession | undefined> {
  const row = await tx.get<SessionRow>(
    `SELECT ${COLUMNS} FROM idp_browser_sessions WHERE pool_id = $1 AND hash = $2 AND expires > $3`,
    poolId,
    key,
    now,
  )
  return row && parseRow(row)
}

export async function insertBrowserSession(tx: Writing, poolId: string, session: BrowserSession): Promise<void> {
  const { hash: key, sub, expiresAt, ...body } = session
  await tx.run(
    "INSERT INTO idp_browser_sessions (pool_id, hash, sub, expires, body) VALUES ($1, $2, $3, $4, $5)",
    poolId,
    key,
    sub,
    expiresAt,
    JSON.stringify(body),
  )
}

export async function deleteBrowserSession(tx: Writing, poolId: string, key: string): Promise<void> {
  await tx.run("DELETE FROM idp_browser_sessions WHERE pool_id = $1 AND hash = $2", poolId, key)
}
