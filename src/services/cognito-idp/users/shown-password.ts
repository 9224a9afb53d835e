import { createHmac } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import type { Writing } from "../../../store/store.ts"
import { checkImported } from "../imported-passwords/check.ts"
import type { UserPool } from "../user-pools/record.ts"
import { type Judgement, judgePassword, openPassword, sealPassword } from "./passwords.ts"
import type { Person } from "./person.ts"

/** What is known of a password that was shown, however it is kept. */
export interface Shown extends Judgement {
  /** What stands for it from now on, in place of the hash that was imported. */
  replacement?: Buffer
}

/**
 * Holds a password that was shown against what is kept of it. Where that is a hash of another directory, a thread takes as long
 * as the hash says. In a pool that has such hashes, one in two of the names that nobody has takes as long, the same ones at every
 * try: how long an answer takes proves nobody.
 */
export async function judgeShown(
  masterKey: MasterKey,
  pool: UserPool,
  person: Person,
  password: string,
): Promise<Shown> {
  const { user } = person
  if (user?.password) {
    const { imported } = openPassword(masterKey, user.password)
    if (imported === undefined) return judgePassword(masterKey, pool, user, password)
    if (!(await checkImported(imported, password))) return WRONG
    const replacement = sealPassword(masterKey, pool, { username: user.username, password: undefined }, password)
    return { isRight: true, makeUp() {}, replacement }
  }
  if (pool.importedHash === undefined || !looksImported(masterKey, pool, person))
    return judgePassword(masterKey, pool, user, password)
  await checkImported(pool.importedHash, password)
  return WRONG
}

const WRONG: Shown = { isRight: false, makeUp() {} }

const looksImported = (masterKey: MasterKey, pool: UserPool, { sub }: Person): boolean =>
  createHmac("sha256", masterKey.keyFor("cognito-idp.simulated-user"))
    .update(JSON.stringify([pool.id, `imported ${sub}`]))
    .digest()[0]! %
    2 ===
  1

/** Puts what stands for a password in the place of its imported hash, unless it was changed meanwhile. */
export async function replaceImported(
  tx: Writing,
  poolId: string,
  sub: string,
  imported: Uint8Array,
  replacement: Uint8Array,
): Promise<void> {
  await tx.run(
    "UPDATE idp_users SET password = $4 WHERE pool_id = $1 AND sub = $2 AND password = $3",
    poolId,
    sub,
    imported,
    replacement,
  )
}
