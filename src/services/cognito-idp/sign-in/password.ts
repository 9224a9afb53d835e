import { attemptsExceeded, wrongPassword } from "../errors.ts"
import { hasPassword } from "../users/passwords.ts"
import type { User } from "../users/record.ts"
import { type Attempt, getParameter, type Step } from "./attempt.ts"
import type { Completion } from "./finish.ts"
import { isLockedOut, recordFailure } from "./lockout.ts"
import { stepAfterPassword } from "./next-step.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { assertMaySignIn, findUserSigningIn } from "./user.ts"

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password itself is sent. */
export async function signInWithPassword(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  const password = getParameter(attempt, "PASSWORD")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const user = await findUserSigningIn(attempt, username)
  return stepWithPassword(attempt, user, password, [])
}

/** Checks a password, with as much work for users that are not there. */
export async function stepWithPassword(
  attempt: Attempt,
  user: User | undefined,
  password: string,
  completions: readonly Completion[],
): Promise<Step> {
  const { deps, pool } = attempt
  if (user && isLockedOut(user, deps.clock.now())) throw attemptsExceeded()
  if (!hasPassword(deps.masterKey, pool, user, password) || !user) return refusePassword(attempt, user)
  assertMaySignIn(user)
  return stepAfterPassword(attempt, user, completions)
}

export async function refusePassword({ deps, pool }: Attempt, user: User | undefined): Promise<never> {
  if (user) await recordFailure(deps, pool, user.sub, { type: "SignIn", challenge: "Password" })
  throw wrongPassword()
}
