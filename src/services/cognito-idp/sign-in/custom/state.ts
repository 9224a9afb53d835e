import { type MasterKey, open, seal } from "../../../../base/master-key.ts"
import type { Reading, Writing } from "../../../../store/store.ts"
import type { Round } from "../../triggers/custom-challenge.ts"

/**
 * What is kept of a sign-in by challenges of the pool's functions, from one answer to the next. What the functions say has no
 * bound that a session would have room for, so it is here, sealed, and the session has its id.
 */
export interface CustomSignIn {
  id: string
  rounds: readonly Round[]
  /** Of the challenge that is being answered. */
  privateParameters?: Record<string, string>
  metadata?: string | null
}

const PURPOSE = "cognito-idp.custom-sign-in"
const SWEPT_AT_ONCE = 20

/** How long the state may be, as JSON: more than an answer of a function may bring at once is given to nobody. */
export const STATE_BYTES_AT_MOST = 262_144

export async function putCustomSignIn(
  tx: Writing,
  masterKey: MasterKey,
  { id, ...state }: CustomSignIn,
  expiresAt: number,
  now: number,
): Promise<void> {
  await tx.run(
    `INSERT INTO idp_custom_sign_ins (id, expires, sealed) VALUES ($1, $2, $3)
     ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, sealed = excluded.sealed`,
    id,
    expiresAt,
    seal(masterKey, PURPOSE, JSON.stringify(state)),
  )
  await tx.run(
    `DELETE FROM idp_custom_sign_ins WHERE id IN
       (SELECT id FROM idp_custom_sign_ins WHERE expires < $1 ORDER BY expires LIMIT $2)`,
    now,
    SWEPT_AT_ONCE,
  )
}

export async function findCustomSignIn(
  tx: Reading,
  masterKey: MasterKey,
  id: string,
): Promise<CustomSignIn | undefined> {
  const row = await tx.get<{ sealed: Uint8Array }>("SELECT sealed FROM idp_custom_sign_ins WHERE id = $1", id)
  return row && { id, ...JSON.parse(open(masterKey, PURPOSE, row.sealed).toString()) }
}

export async function dropCustomSignIn(tx: Writing, id: string): Promise<void> {
  await tx.run("DELETE FROM idp_custom_sign_ins WHERE id = $1", id)
}
