import { WireError } from "../../../wire/errors.ts"
import { hidesExistence } from "../app-clients/auth-flows.ts"
import { userNotFound } from "../errors.ts"
import { isAsked } from "../triggers/run.ts"
import { migrateUser } from "../users/migrate.ts"
import type { Person } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { admit, assertNotLockedOut } from "./admit.ts"
import { type Attempt, occasionOf } from "./attempt.ts"

/**
 * Has the pool's function say whether somebody who is not in the pool has this password elsewhere, and makes them a user.
 * Guesses at it are counted, and locked out, as guesses at a user's password are: the function is no way to try many.
 */
export async function migrateWithPassword(
  attempt: Attempt,
  person: Person,
  name: string,
  password: string,
): Promise<User | undefined> {
  const { deps, pool, client, validationData } = attempt
  const occasion = occasionOf(attempt)
  if (!isAsked(occasion, "UserMigration")) return undefined
  const event = { type: "SignIn", challenge: "Password" } as const
  const wrong = (error: Error) => admit(deps, pool, person, false, event, { wrong: () => error })
  await assertNotLockedOut(deps, pool, person)
  try {
    const user = await migrateUser(occasion, deps, {
      source: "UserMigration_Authentication",
      name,
      password,
      validationData,
      // Of many guesses at once, those before may have been wrong meanwhile.
      assertStillMay: () => assertNotLockedOut(deps, pool, person),
    })
    // Where the client hides who is a user, what follows counts it.
    return user ?? (hidesExistence(client) ? undefined : await wrong(userNotFound()))
  } catch (error) {
    if (!(error instanceof WireError) || error.code !== "UserLambdaValidationException") throw error
    return wrong(error)
  }
}
