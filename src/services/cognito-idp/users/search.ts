import type { Writing } from "../../../store/store.ts"
import type { User } from "./user.ts"

/** The attributes that ListUsers finds users by, beside those with a column. Source: ListUsers, Filter. */
export const SEARCHABLE = ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"] as const

/** A filter is at most this long, so no more of a value is ever compared; indexes have a limit, too. */
const COMPARED_LENGTH = 256

/** Writes the values by which the user is found, so that a search reads an index and not the pool. */
export async function putSearchValues(tx: Writing, poolId: string, user: User, usernameKey: string): Promise<void> {
  await tx.run("DELETE FROM idp_user_search WHERE pool_id = $1 AND sub = $2", poolId, user.sub)
  for (const attribute of SEARCHABLE) {
    const value = user.attributes[attribute]
    if (!value) continue
    await tx.run(
      "INSERT INTO idp_user_search (pool_id, attribute, value, username_key, sub) VALUES ($1, $2, $3, $4, $5)",
      poolId,
      attribute,
      value.slice(0, COMPARED_LENGTH),
      usernameKey,
      user.sub,
    )
  }
}
