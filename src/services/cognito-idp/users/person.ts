import { createHmac } from "node:crypto"
import type { MasterKey } from "../../../base/master-key.ts"
import type { Reading } from "../../../store/store.ts"
import { createSalt } from "../srp/srp.ts"
import type { UserPool } from "../user-pools/record.ts"
import { looksLikeAlias, usernameKey } from "./names.ts"
import { findUserByName, type User } from "./record.ts"

/**
 * Whom a name stands for: a user, or nobody. Where the client hides who is a user, nobody is answered as a user would be:
 * in texts of the same length, by the same work, with failures that are counted the same way.
 */
export interface Person {
  /** The user's; nobody's is the same for the same name at every try. */
  sub: string
  /** `USER_ID_FOR_SRP`. */
  username: string
  user: User | undefined
}

export const personOf = (user: User): Person => ({ sub: user.sub, username: user.username, user })

export async function findPerson(tx: Reading, masterKey: MasterKey, pool: UserPool, name: string): Promise<Person> {
  const user = await findUserByName(tx, pool, name)
  return user ? personOf(user) : nobody(masterKey, pool, name)
}

/**
 * Who would have the name. Source: "Managing user existence error responses": the same salt and the same internal ID, in
 * the form of a UUID, for the same username in the same pool. Where people are known by the username itself, it is that.
 */
export function nobody(masterKey: MasterKey, pool: UserPool, name: string): Person {
  const hex = digest(masterKey, pool, usernameKey(pool, name)).toString("hex")
  const sub = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  const isKnownBySub = pool.usernameAttributes !== undefined || looksLikeAlias(pool, name)
  return { sub, username: isKnownBySub ? sub : name, user: undefined }
}

/** The salt of whoever has no password. */
export const simulatedSalt = (masterKey: MasterKey, pool: UserPool, { sub }: Person): string =>
  createSalt(digest(masterKey, pool, `salt ${sub}`).subarray(0, 16))

const digest = (masterKey: MasterKey, pool: UserPool, text: string): Buffer =>
  createHmac("sha256", masterKey.keyFor("cognito-idp.simulated-user"))
    .update(JSON.stringify([pool.id, text]))
    .digest()

/**
 * Under which name a person's failures and codes are counted. All the names that nobody has share 65,536 of them in each
 * pool, so that strangers cannot fill the store.
 */
export const countedAs = ({ sub, user }: Person): string => (user ? sub : `nobody-${sub.slice(-4)}`)
