import type { Deps } from "../../../call.ts"
import type { Reading } from "../../../store/store.ts"
import type { UserPool } from "../user-pools/record.ts"
import { describeMfa } from "../users/describe.ts"
import { personOf } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { findOfferedPasskeys } from "../web-authn/offered.ts"
import { choicesOf } from "./choices.ts"

/** What a user can begin a sign-in with, and go on with, by the names that GetUserAuthFactors has for them. */
export async function describeFactors(
  tx: Reading,
  deps: Pick<Deps, "endpoint" | "masterKey">,
  pool: UserPool,
  user: User,
) {
  const choices = choicesOf(pool, user, await findOfferedPasskeys(tx, deps, pool, personOf(user)))
  return {
    Username: user.username,
    ...describeMfa(user),
    ConfiguredUserAuthFactors: choices.filter((choice) => choice !== "PASSWORD_SRP"),
  }
}
