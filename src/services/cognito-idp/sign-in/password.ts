import { hidesExistence } from "../app-clients/auth-flows.ts"
import {
  attemptsExceeded,
  passwordResetRequired,
  userDisabled,
  userNotConfirmed,
  userNotFound,
  wrongPassword,
} from "../errors.ts"
import { assertNoTrigger } from "../triggers.ts"
import { hasPassword } from "../users/passwords.ts"
import { findUser, type User } from "../users/record.ts"
import { type Attempt, getParameter, type Step } from "./attempt.ts"
import type { Completion } from "./finish.ts"
import { isLockedOut, recordFailure } from "./lockout.ts"
import { stepAfterPassword } from "./next-step.ts"
import { assertSecretHash } from "./secret-hash.ts"

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password itself is sent. */
export async function signInWithPassword(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  const password = getParameter(attempt, "PASSWORD")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const user = await findUserSigningIn(attempt, username)
  return stepWithPassword(attempt, user, password, [])
}

/** The user who signs in; undefined where there is none and the client is not to learn it. */
export async function findUserSigningIn({ deps, pool, client }: Attempt, username: string): Promise<User | undefined> {
  assertNoTrigger(pool, "PreAuthentication")
  const user = await deps.store.read((tx) => findUser(tx, pool, username))
  if (user) {
    if (!hidesExistence(client)) assertNotBarred(user)
    return user
  }
  assertNoTrigger(pool, "UserMigration")
  if (!hidesExistence(client)) throw userNotFound()
  return undefined
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

/** Who has shown the right password is told what else is in the way. */
export function assertMaySignIn(user: User): void {
  assertNotBarred(user)
  if (user.status === "UNCONFIRMED") throw userNotConfirmed()
}

function assertNotBarred(user: User): void {
  if (!user.enabled) throw userDisabled()
  if (user.status === "RESET_REQUIRED") throw passwordResetRequired()
}
