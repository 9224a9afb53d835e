import { hash } from "node:crypto"
import type { Reading, Writing } from "../../../store/store.ts"
import { invalidParameter } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { isExternal } from "./external.ts"
import type { Claim, User } from "./user.ts"

/** How usernames and sign-in names are compared. */
export const usernameKey = (pool: UserPool, name: string): string => (pool.caseSensitive ? name : name.toLowerCase())

/** Longer names are compared by their hash: an index has a limit. */
const INDEXED_LENGTH = 256

const signInKey = (pool: UserPool, name: string): string => {
  const key = usernameKey(pool, name)
  return key.length <= INDEXED_LENGTH ? key : `#${hash("sha256", key, "base64")}`
}

const isEmail = (name: string): boolean => /^[^\s@]+@[^\s@]+$/.test(name)
const isPhoneNumber = (name: string): boolean => /^\+\d{1,15}$/.test(name)

const USERNAME_AT_MOST = 128
const USERNAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u

/** Whether a name that did not come by the API may be one: the constraints of `Username` there. */
export const isUsername = (name: string): boolean => name.length <= USERNAME_AT_MOST && USERNAME.test(name)

/** Whether a database can hold the text: PostgreSQL takes no NUL, and UTF-8 no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed()

/** Whether a name is what an address is, in a pool where people sign in with their addresses. */
export const looksLikeAlias = ({ aliasAttributes }: UserPool, name: string): boolean =>
  Boolean(
    (aliasAttributes?.includes("email") && isEmail(name)) ||
      (aliasAttributes?.includes("phone_number") && isPhoneNumber(name)),
  )

/** Under which attribute a name would be one to sign in with, and how it is compared. */
export const signInNameKey = (pool: UserPool, name: string): [attribute: string, key: string] => [
  isPhoneNumber(name) ? "phone_number" : "email",
  signInKey(pool, name),
]

/**
 * What somebody new is called: the username, and the attribute that the name given is the value of. In pools whose
 * usernames are e-mail addresses or telephone numbers the username itself is the `sub`.
 */
export function nameUser(
  pool: UserPool,
  given: string,
  sub: string,
): { username: string; attributes: Record<string, string> } {
  const accepted = pool.usernameAttributes
  if (accepted) {
    if (accepted.includes("email") && isEmail(given)) return { username: sub, attributes: { email: given } }
    if (accepted.includes("phone_number") && isPhoneNumber(given))
      return { username: sub, attributes: { phone_number: given } }
    if (accepted.length > 1) throw invalidParameter("Username should be either an email or a phone number.")
    throw invalidParameter(`Username should be ${accepted[0] === "email" ? "an email" : "a phone number"}.`)
  }
  if (pool.aliasAttributes?.includes("email") && isEmail(given))
    throw invalidParameter("Username cannot be of email format, since user pool is configured for email alias.")
  if (pool.aliasAttributes?.includes("phone_number") && isPhoneNumber(given))
    throw invalidParameter(
      "Username cannot be of phone number format, since user pool is configured for phone number alias.",
    )
  return { username: given, attributes: {} }
}

/**
 * What else than the username somebody can sign in with: nothing, where they came by a provider. Aliases count once they are
 * verified.
 */
export function signInNames(
  pool: UserPool,
  { attributes }: Pick<User, "attributes">,
): [attribute: string, key: string][] {
  if (isExternal({ attributes })) return []
  const names: [string, string][] = []
  for (const attribute of pool.usernameAttributes ?? []) {
    const value = attributes[attribute]
    if (value) names.push([attribute, signInKey(pool, value)])
  }
  for (const attribute of pool.aliasAttributes ?? []) {
    const value = attributes[attribute]
    const counts = attribute === "preferred_username" || attributes[`${attribute}_verified`] === "true"
    if (value && counts) names.push([attribute, signInKey(pool, value)])
  }
  return names
}

export const findOwner = async (
  tx: Reading,
  poolId: string,
  attribute: string,
  key: string,
): Promise<string | undefined> =>
  (
    await tx.get<{ sub: string }>(
      "SELECT sub FROM idp_sign_in_names WHERE pool_id = $1 AND attribute = $2 AND value_key = $3",
      poolId,
      attribute,
      key,
    )
  )?.sub

export async function claimSignInNames(tx: Writing, pool: UserPool, user: User, claim: Claim): Promise<void> {
  // A user who is not confirmed holds no alias yet; where the name is the username it is theirs from the start.
  if (user.status === "UNCONFIRMED" && !pool.usernameAttributes) return
  for (const [attribute, key] of signInNames(pool, user)) {
    const owner = await findOwner(tx, pool.id, attribute, key)
    if (owner !== undefined && owner !== user.sub) {
      if (!claim.force || pool.usernameAttributes) throw claim.taken(attribute)
      await takeAway(tx, pool.id, attribute, key, owner)
    }
    await tx.run(
      `INSERT INTO idp_sign_in_names (pool_id, attribute, value_key, sub) VALUES ($1, $2, $3, $4)
       ON CONFLICT (pool_id, attribute, value_key) DO UPDATE SET sub = excluded.sub`,
      pool.id,
      attribute,
      key,
      user.sub,
    )
  }
}

/** The previous owner keeps the attribute, no longer verified. */
async function takeAway(tx: Writing, poolId: string, attribute: string, key: string, owner: string): Promise<void> {
  await tx.run(
    "DELETE FROM idp_sign_in_names WHERE pool_id = $1 AND attribute = $2 AND value_key = $3",
    poolId,
    attribute,
    key,
  )
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM idp_users WHERE pool_id = $1 AND sub = $2",
    poolId,
    owner,
  )
  if (!row) return
  const body = JSON.parse(row.body) as Pick<User, "attributes">
  body.attributes[`${attribute}_verified`] = "false"
  await tx.run("UPDATE idp_users SET body = $3 WHERE pool_id = $1 AND sub = $2", poolId, owner, JSON.stringify(body))
}

export async function releaseSignInNames(tx: Writing, poolId: string, sub: string): Promise<void> {
  await tx.run("DELETE FROM idp_sign_in_names WHERE pool_id = $1 AND sub = $2", poolId, sub)
}
