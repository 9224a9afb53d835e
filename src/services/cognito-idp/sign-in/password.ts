import { wrongPassword } from "../errors.ts"
import type { Person } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { admit, admitShown, type Outcomes } from "./admit.ts"
import { findAtOnce } from "./at-once.ts"
import { type Attempt, getParameter, type Step } from "./attempt.ts"
import type { Completion } from "./completion.ts"
import { migrateWithPassword } from "./migration.ts"
import { stepAfterPassword } from "./next-step.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { assertMaySignIn, findPersonSigningIn } from "./user.ts"

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password itself is sent. */
export async function signInWithPassword(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  const password = getParameter(attempt, "PASSWORD")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const person = await findPersonSigningIn(attempt, username, (nobody) =>
    migrateWithPassword(attempt, nobody, username, password),
  )
  return stepWithPassword(attempt, person, password, [])
}

export async function stepWithPassword(
  attempt: Attempt,
  person: Person,
  password: string,
  completions: readonly Completion[],
): Promise<Step> {
  const { deps, pool } = attempt
  const atOnce = findAtOnce(attempt, person.user, completions)
  const user = await admitShown(deps, pool, person, password, EVENT, { wrong: wrongPassword, right: atOnce?.keep })
  if (atOnce) return atOnce.answer()
  assertMaySignIn(user)
  return stepAfterPassword(attempt, user, completions)
}

const EVENT = { type: "SignIn", challenge: "Password" } as const

/** The user whose password was proved, or was not. */
export const admitPassword = (
  { deps, pool }: Attempt,
  person: Person,
  isRight: boolean,
  right?: Outcomes["right"],
): Promise<User> => admit(deps, pool, person, isRight, EVENT, { wrong: wrongPassword, right })
