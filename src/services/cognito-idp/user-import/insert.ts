import type { Writing } from "../../../store/store.ts"
import type { UserPool } from "../user-pools/record.ts"
import { findOwner, signInNames } from "../users/names.ts"
import { insertUser, type User } from "../users/record.ts"

/** What becomes of a row, as the log tells it. Source: "Importing users from a CSV file". */
export type Outcome = { is: "SUCCEEDED" | "SKIPPED" | "FAILED"; why: string }

const EXISTS: Outcome = { is: "SKIPPED", why: "The user already exists." }

/** Writes a user, unless somebody has the name. No functions are asked, and nobody is written to. */
export async function insertImported(tx: Writing, pool: UserPool, user: User): Promise<Outcome> {
  for (const [attribute, key] of signInNames(pool, user)) {
    if ((await findOwner(tx, pool.id, attribute, key)) === undefined) continue
    return pool.usernameAttributes
      ? EXISTS
      : { is: "FAILED", why: `An account with the given ${attribute} already exists.` }
  }
  const claim = { force: false, taken: (attribute: string) => new Error(`${attribute} was taken meanwhile`) }
  const isNew = await insertUser(tx, pool, user, claim)
  return isNew ? { is: "SUCCEEDED", why: "The import succeeded." } : EXISTS
}
