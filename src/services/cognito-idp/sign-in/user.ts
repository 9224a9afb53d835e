import { hidesExistence } from "../app-clients/auth-flows.ts"
import { passwordResetRequired, sessionInvalid, userDisabled, userNotConfirmed, userNotFound } from "../errors.ts"
import { assertNoTrigger } from "../triggers.ts"
import { findUser, findUserBySub, type User } from "../users/record.ts"
import type { Attempt } from "./attempt.ts"
import type { Session } from "./session.ts"

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

/** The user of the session, where the request names the same one. */
export async function getSessionUser({ deps, pool }: Attempt, { sub }: Session, username: string): Promise<User> {
  return deps.store.read(async (tx) => {
    const user = sub === undefined ? undefined : await findUserBySub(tx, pool.id, sub)
    if (!user) throw sessionInvalid()
    if (username !== user.username && (await findUser(tx, pool, username))?.sub !== user.sub) throw sessionInvalid()
    return user
  })
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
