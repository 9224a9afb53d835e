import type { MasterKey } from "../../../base/master-key.ts"
import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { sealTotpSecret } from "../accounts/software-token.ts"
import { userPoolNotFound } from "../errors.ts"
import { insertGroup, newMemberKey } from "../groups/record.ts"
import { formatKept, parseKept } from "../imported-passwords/formats.ts"
import { insertImported } from "../user-import/insert.ts"
import { findUserPool, type UserPool } from "../user-pools/record.ts"
import { parseAttributes } from "../users/attributes.ts"
import { isStorable, isUsername } from "../users/names.ts"
import { sealImported, sealRecord } from "../users/passwords.ts"
import { findUserBySub, type User } from "../users/record.ts"
import { insertPasskey } from "../web-authn/record.ts"
import type { Transfer, TransferredGroup, TransferredPassword, TransferredUser } from "./record.ts"

type ArriveDeps = Pick<Deps, "store" | "masterKey" | "clock">

/** What a caller brings: the pool that they are from, its groups, and some of its users. */
export interface Arrivals {
  poolName: string
  groups?: TransferredGroup[]
  users?: TransferredUser[]
}

/**
 * Makes users of a pool of those who left another, or this one before: with the same `sub`, so that whatever names them by it still
 * does. Groups that are not there are made. Whose name or `sub` is there is skipped.
 */
export async function arrive(deps: ArriveDeps, poolId: string, arrivals: Arrivals): Promise<Transfer> {
  const pool = await findUserPool(deps.store, poolId)
  if (!pool) throw userPoolNotFound(poolId)
  const { groups = [], users = [], poolName } = arrivals
  const now = deps.clock.now()
  const made = users.map((one) => makeUser(deps.masterKey, pool, poolName, one))
  return deps.store.transact(async (tx) => {
    const transfer: Transfer = { imported: 0, skipped: [], failed: [] }
    for (const group of groups)
      await insertGroup(tx, pool.id, { ...group, memberKey: newMemberKey(group.name), createdAt: now, modifiedAt: now })
    for (const [at, one] of users.entries()) {
      const { user, why } = made[at]!
      const outcome = user ? await insert(tx, pool, one, user) : ({ is: "FAILED", why: why! } as const)
      if (outcome.is === "SUCCEEDED") transfer.imported++
      else if (outcome.is === "SKIPPED") transfer.skipped.push(one.username)
      else transfer.failed.push({ username: one.username, why: outcome.why })
    }
    return transfer
  })
}

async function insert(tx: Writing, pool: UserPool, given: TransferredUser, user: User) {
  if (await findUserBySub(tx, pool.id, user.sub)) return { is: "SKIPPED", why: "The sub is there." } as const
  const outcome = await insertImported(tx, pool, user)
  if (outcome.is !== "SUCCEEDED") return outcome
  for (const name of given.groups)
    await tx.run(
      `INSERT INTO idp_memberships (pool_id, group_name, sub)
         SELECT pool_id, member_key, $3 FROM idp_groups WHERE pool_id = $1 AND name = $2`,
      pool.id,
      name,
      user.sub,
    )
  for (const passkey of given.passkeys) await insertPasskey(tx, pool.id, user.sub, passkey)
  for (const { provider, subject } of given.identities)
    await tx.run(
      `INSERT INTO idp_linked_identities (pool_id, provider, subject, sub) VALUES ($1, $2, $3, $4)
       ON CONFLICT (pool_id, provider, subject) DO NOTHING`,
      pool.id,
      provider,
      subject,
      user.sub,
    )
  return outcome
}

function makeUser(
  masterKey: MasterKey,
  pool: UserPool,
  poolName: string,
  given: TransferredUser,
): { user?: User; why?: string } {
  const { sub, username, status, enabled, createdAt, modifiedAt, temporaryPasswordAt, mfa, totpSecret } = given
  try {
    if (!isUsername(username) || !isStorable(sub)) throw new TypeError("The username or the sub is none.")
    const list = Object.entries(given.attributes).filter(([name]) => name !== "identities")
    parseAttributes(
      pool,
      list.map(([Name, Value]) => ({ Name, Value })),
      "admin-create",
    )
    const kept = totpSecret !== undefined && {
      sealedSecret: sealTotpSecret(masterKey, Buffer.from(totpSecret, "base64")),
    }
    return {
      user: {
        ...{ sub, username, attributes: given.attributes, status, enabled, createdAt, modifiedAt },
        ...(temporaryPasswordAt !== undefined && { temporaryPasswordAt }),
        ...(mfa && { mfa: { ...mfa, ...kept } }),
        password: given.password && sealTransferred(masterKey, pool, { poolName, userId: username }, given.password),
      },
    }
  } catch (error) {
    // Whatever does not fit is told of the one user.
    return { why: (error as Error).message.trim() }
  }
}

/**
 * A verifier is made for the name of its pool: in another one it is held against the password as the hash of another directory is,
 * until it was shown once.
 */
function sealTransferred(
  masterKey: MasterKey,
  pool: UserPool,
  identity: { poolName: string; userId: string },
  password: TransferredPassword,
): Buffer {
  if ("imported" in password) return sealImported(masterKey, formatKept(parseKept(password.imported)))
  if (identity.poolName === pool.poolName) return sealRecord(masterKey, password)
  const { salt, verifier } = password
  return sealImported(masterKey, formatKept({ algorithm: "SRP", ...identity, salt, verifier }))
}
