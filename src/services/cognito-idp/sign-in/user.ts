import { hidesExistence } from "../app-clients/auth-flows.ts"
import { passwordResetRequired, sessionInvalid, userDisabled, userNotConfirmed, userNotFound } from "../errors.ts"
import { askPreAuthentication } from "../triggers/authentication.ts"
import { findPerson, nobody, type Person, personOf } from "../users/person.ts"
import { findUserBySub, type User } from "../users/record.ts"
import { type Attempt, occasionOf } from "./attempt.ts"
import type { Session } from "./session.ts"

/**
 * Who signs in: a user, or nobody where the client is not to learn that. The pool's function is asked about both; `migrate`
 * may then make a user of nobody. UNVERIFIED: the order of the two.
 */
export async function findPersonSigningIn(
  attempt: Attempt,
  name: string,
  migrate?: (nobody: Person) => Promise<User | undefined>,
): Promise<Person> {
  const { deps, pool, client, validationData } = attempt
  const person = await deps.store.read((tx) => findPerson(tx, deps.masterKey, pool, name))
  const hides = hidesExistence(client)
  if (person.user && !hides) assertNotBarred(person.user)
  if (person.user || hides) await askPreAuthentication(occasionOf(attempt), person, validationData, hides)
  if (person.user) return person
  const migrated = await migrate?.(person)
  if (migrated) return personOf(migrated)
  if (!hides) throw userNotFound()
  return person
}

/** The person of a session, where the request names the same one. */
export async function getSessionPerson({ deps, pool }: Attempt, { sub }: Pick<Session, "sub">, name: string) {
  return deps.store.read(async (tx): Promise<Person> => {
    const user = await findUserBySub(tx, pool.id, sub)
    const person = user ? personOf(user) : nobody(deps.masterKey, pool, name)
    if (name === sub) return user ? person : { sub, username: sub, user }
    if (name === person.username && sub === person.sub) return person
    // An address, for one: it is looked for whoever the session is of.
    const named = await findPerson(tx, deps.masterKey, pool, name)
    if (named.sub !== sub) throw sessionInvalid()
    return person
  })
}

/** The user of a session that only users are given. */
export async function getSessionUser(attempt: Attempt, session: Session, name: string): Promise<User> {
  const { user } = await getSessionPerson(attempt, session, name)
  if (!user) throw sessionInvalid()
  return user
}

/** Who has shown the right password is told what else is in the way. */
export function assertMaySignIn(user: User): void {
  assertNotBarred(user)
  if (user.status === "UNCONFIRMED") throw userNotConfirmed()
}

/** Whether anything is in the way. */
export const isBarred = ({ enabled, status }: User): boolean =>
  !enabled || status === "RESET_REQUIRED" || status === "UNCONFIRMED"

function assertNotBarred(user: User): void {
  if (!user.enabled) throw userDisabled()
  if (user.status === "RESET_REQUIRED") throw passwordResetRequired()
}
