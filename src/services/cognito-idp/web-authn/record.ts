import type { Reading, Writing } from "../../../store/store.ts"

/** A passkey of a user. */
export interface Passkey {
  /** Base64url, as its authenticator made it. */
  id: string
  /** COSE, base64url. */
  publicKey: string
  /** How often the authenticator says that it was used; 0 where it does not count. */
  counter: number
  relyingPartyId: string
  name: string
  transports: string[]
  attachment?: string
  /** Milliseconds since the epoch. */
  createdAt: number
}

/** Source: "Quotas in Amazon Cognito". */
export const PASSKEYS_AT_MOST = 20

interface PasskeyRow {
  id: string
  body: string
}

const parsePasskey = ({ id, body }: PasskeyRow): Passkey => ({ ...JSON.parse(body), id })

export const passkeysOf = async (
  tx: Reading,
  poolId: string,
  sub: string,
  { after = "", count = PASSKEYS_AT_MOST } = {},
): Promise<Passkey[]> =>
  (
    await tx.all<PasskeyRow>(
      "SELECT id, body FROM idp_passkeys WHERE pool_id = $1 AND sub = $2 AND id > $3 ORDER BY id LIMIT $4",
      poolId,
      sub,
      after,
      count,
    )
  ).map(parsePasskey)

/** False where somebody of the pool has it already. */
export async function insertPasskey(tx: Writing, poolId: string, sub: string, passkey: Passkey): Promise<boolean> {
  const { id, ...body } = passkey
  const inserted = await tx.run(
    "INSERT INTO idp_passkeys (pool_id, sub, id, body) VALUES ($1, $2, $3, $4) ON CONFLICT (pool_id, id) DO NOTHING",
    poolId,
    sub,
    id,
    JSON.stringify(body),
  )
  return inserted > 0
}

/** Writes what a use has changed. */
export async function updatePasskey(tx: Writing, poolId: string, sub: string, passkey: Passkey): Promise<void> {
  const { id, ...body } = passkey
  await tx.run(
    "UPDATE idp_passkeys SET body = $4 WHERE pool_id = $1 AND sub = $2 AND id = $3",
    poolId,
    sub,
    id,
    JSON.stringify(body),
  )
}

export async function deletePasskey(tx: Writing, poolId: string, sub: string, id: string): Promise<boolean> {
  const deleted = await tx.run("DELETE FROM idp_passkeys WHERE pool_id = $1 AND sub = $2 AND id = $3", poolId, sub, id)
  return deleted > 0
}
