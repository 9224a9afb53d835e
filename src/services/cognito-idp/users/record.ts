import type { UserStatusType } from "@aws-sdk/client-cognito-identity-provider"
import type { Reading, Writing } from "../../../store/store.ts"
import type { Enqueuing } from "../../../work/work.ts"
import { userNotFound } from "../errors.ts"
import { removeRest } from "../removal.ts"
import { assertPoolThere, type UserPool } from "../user-pools/record.ts"
import { claimSignInNames, isStorable, releaseSignInNames, signInNameKey, usernameKey } from "./names.ts"
import { putSearchValues } from "./search.ts"
import type { Claim, User, UserBody, UserMfa } from "./user.ts"

export type { Claim, User, UserMfa }

export interface UserRow {
  sub: string
  status: UserStatusType
  enabled: number
  body: string
  password?: Uint8Array | null
}

export const USER_COLUMNS = "sub, status, enabled, body"

export const parseUser = ({ sub, status, enabled, body, password }: UserRow): User => ({
  ...(JSON.parse(body) as UserBody),
  sub,
  status,
  enabled: Number(enabled) === 1,
  password: password ?? undefined,
})

const ONE = `SELECT ${USER_COLUMNS}, password FROM idp_users WHERE pool_id = $1`

export async function findUserBySub(tx: Reading, poolId: string, sub: string): Promise<User | undefined> {
  const row = await tx.get<UserRow>(`${ONE} AND sub = $2`, poolId, sub)
  return row && parseUser(row)
}

/**
 * By username, or else by another name that they sign in with: an address, or a preferred_username, which may look like
 * anything. It is one statement, whichever name it is and whether anybody has it.
 */
export async function findUserByName(tx: Reading, pool: UserPool, name: string): Promise<User | undefined> {
  if (!isStorable(name)) return undefined
  const key = usernameKey(pool, name)
  const row =
    pool.usernameAttributes || pool.aliasAttributes
      ? await tx.get<UserRow>(BY_ANY_NAME, pool.id, key, ...signInNameKey(pool, name))
      : await tx.get<UserRow>(`${ONE} AND username_key = $2`, pool.id, key)
  return row && parseUser(row)
}

const NAMED = "SELECT sub FROM idp_sign_in_names WHERE pool_id = $1 AND value_key = $4 AND attribute"
const BY_ANY_NAME = `
  SELECT u.sub, u.status, u.enabled, u.body, u.password
    FROM (SELECT 0 AS place, sub FROM idp_users WHERE pool_id = $1 AND username_key = $2
          UNION ALL SELECT 1, sub FROM (${NAMED} = $3) a
          UNION ALL SELECT 2, sub FROM (${NAMED} = 'preferred_username') b) n
    JOIN idp_users u ON u.pool_id = $1 AND u.sub = n.sub
   ORDER BY n.place LIMIT 1`

/** The same, or by `sub`, which is no name to sign in with. Source: AdminGetUser, Username. */
export async function findUser(tx: Reading, pool: UserPool, name: string): Promise<User | undefined> {
  const named = await findUserByName(tx, pool, name)
  if (named) return named
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name) ? findUserBySub(tx, pool.id, name) : undefined
}

export async function getUser(tx: Reading, pool: UserPool, name: string): Promise<User> {
  const user = await findUser(tx, pool, name)
  if (!user) throw userNotFound()
  return user
}

function bodyOf(user: User): string {
  const { username, attributes, createdAt, modifiedAt, temporaryPasswordAt, pendingAttributes, mfa } = user
  return JSON.stringify({ username, attributes, createdAt, modifiedAt, temporaryPasswordAt, pendingAttributes, mfa })
}

/** False where the username is taken. Names to sign in with are claimed by `force`, or throw where they are taken. */
export async function insertUser(tx: Writing, pool: UserPool, user: User, claim: Claim): Promise<boolean> {
  await assertPoolThere(tx, pool.id)
  const key = usernameKey(pool, user.username)
  const inserted = await tx.run(
    `INSERT INTO idp_users (pool_id, sub, username_key, status, enabled, body, password)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (pool_id, username_key) DO NOTHING`,
    pool.id,
    user.sub,
    key,
    user.status,
    user.enabled ? 1 : 0,
    bodyOf(user),
    user.password ?? null,
  )
  if (inserted === 0) return false
  await claimSignInNames(tx, pool, user, claim)
  await putSearchValues(tx, pool.id, user, key)
  return true
}

/** Writes the record and all that is derived from its attributes. */
export async function updateUser(tx: Writing, pool: UserPool, user: User, claim: Claim): Promise<void> {
  await updateUserState(tx, pool.id, user)
  await releaseSignInNames(tx, pool.id, user.sub)
  await claimSignInNames(tx, pool, user, claim)
  await putSearchValues(tx, pool.id, user, usernameKey(pool, user.username))
}

/** Writes the record alone: for changes that touch no attribute. */
export async function updateUserState(tx: Writing, poolId: string, user: User): Promise<void> {
  await tx.run(
    "UPDATE idp_users SET status = $3, enabled = $4, body = $5, password = $6 WHERE pool_id = $1 AND sub = $2",
    poolId,
    user.sub,
    user.status,
    user.enabled ? 1 : 0,
    bodyOf(user),
    user.password ?? null,
  )
}

/** Reads a user as it is now and writes what `change` makes of it; false where the user is gone. */
export async function changeUserState(
  tx: Writing,
  poolId: string,
  sub: string,
  change: (user: User) => User,
): Promise<boolean> {
  const user = await findUserBySub(tx, poolId, sub)
  if (!user) return false
  await updateUserState(tx, poolId, change(user))
  return true
}

/** What a user has few of. */
const WITH_A_USER = [
  "idp_linked_identities",
  "idp_failures",
  "idp_sign_in_names",
  "idp_user_search",
  "idp_codes",
  "idp_passkeys",
  "idp_passkey_challenges",
  "idp_users",
]

/** The user is gone at once; of what there may be any number, the rest goes in the background. */
export async function deleteUser(tx: Writing, work: Enqueuing, poolId: string, sub: string): Promise<void> {
  for (const table of WITH_A_USER) await tx.run(`DELETE FROM ${table} WHERE pool_id = $1 AND sub = $2`, poolId, sub)
  await removeRest(tx, work, "user", poolId, sub)
}
