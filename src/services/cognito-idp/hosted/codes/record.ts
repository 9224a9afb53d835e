import { hash } from "node:crypto"
import type { Reading, Writing } from "../../../../store/store.ts"
import type { TokenChanges } from "../../tokens/changes.ts"

/** What an authorization code stands for. Times are milliseconds since the epoch unless they are named otherwise. */
export interface Grant {
  clientId: string
  sub: string
  redirectUri: string
  /** Whether the request left it out: then the exchange may, too. */
  isOnlyRedirectUri: boolean
  scopes: readonly string[]
  nonce?: string
  codeChallenge?: string
  resource?: string
  authTimeSeconds: number
  acr?: string
  amr?: readonly string[]
  /** Of the browser's session, where the pool tracks them. */
  ssoId?: string
  /** What the pool's function has made of the claims. */
  changes?: TokenChanges
}

export interface Code extends Grant {
  hash: string
  expiresAt: number
  /** The sign-in that it was exchanged for. */
  eventId: string | undefined
}

interface CodeRow {
  hash: string
  expires: number
  event_id: string | null
  body: string
}

/** A code is kept by its hash alone. */
export const hashCode = (code: string): string => hash("sha256", code, "base64url")

/** Source: "Authorize endpoint": five minutes. */
export const CODE_MILLISECONDS = 5 * 60_000

export async function insertCode(
  tx: Writing,
  poolId: string,
  code: { hash: string; expiresAt: number },
  grant: Grant,
): Promise<void> {
  await tx.run(
    "INSERT INTO idp_oauth_codes (pool_id, hash, expires, event_id, body) VALUES ($1, $2, $3, NULL, $4)",
    poolId,
    code.hash,
    code.expiresAt,
    JSON.stringify(grant),
  )
}

export async function findCode(tx: Reading, poolId: string, key: string): Promise<Code | undefined> {
  const row = await tx.get<CodeRow>(
    "SELECT hash, expires, event_id, body FROM idp_oauth_codes WHERE pool_id = $1 AND hash = $2",
    poolId,
    key,
  )
  return (
    row && {
      ...(JSON.parse(row.body) as Grant),
      hash: row.hash,
      expiresAt: Number(row.expires),
      eventId: row.event_id ?? undefined,
    }
  )
}

/** Whether it is this that uses the code up: of many at once, one does. */
export async function useCode(tx: Writing, poolId: string, key: string, eventId: string): Promise<boolean> {
  const changed = await tx.run(
    "UPDATE idp_oauth_codes SET event_id = $3 WHERE pool_id = $1 AND hash = $2 AND event_id IS NULL",
    poolId,
    key,
    eventId,
  )
  return changed === 1
}
