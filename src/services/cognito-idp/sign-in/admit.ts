import { afterFailure, isLockedOut } from "../../../base/lockout.ts"
import type { CallContext } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { type AuthEvent, recordEvent } from "../auth-events/record.ts"
import { attemptsExceeded } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import { countedAs, type Person } from "../users/person.ts"
import type { User } from "../users/record.ts"
import { judgeShown, replaceImported } from "../users/shown-password.ts"
import { findFailures, putFailures } from "./failures.ts"

type AdmitDeps = Pick<CallContext, "store" | "clock" | "request">

export interface Outcomes {
  /** What is said of a wrong answer. */
  wrong(): Error
  /** What is said of any answer after too many wrong ones. */
  lockedOut?(): Error
  /** What is written together with the admission of a right answer. */
  right?(tx: Writing): Promise<void>
}

/**
 * Says of an answer, once it was judged, whether it was right: to the user who gave it, by an error to everybody else.
 *
 * Many guesses may be judged at once, on many nodes; what comes of each is told in the order in which the store takes
 * them, as if they had come one at a time. A right one that waits behind too many wrong ones is told no more than they
 * are, and no later: nothing that takes time is done before this.
 */
export async function admit(
  deps: AdmitDeps,
  pool: UserPool,
  person: Person,
  isRight: boolean,
  event: Pick<AuthEvent, "type" | "challenge">,
  { wrong, lockedOut = attemptsExceeded, right }: Outcomes,
): Promise<User> {
  const { user } = person
  const counted = countedAs(person)
  const now = deps.clock.now()
  const refusal = await deps.store.transact(async (tx) => {
    const before = await findFailures(tx, pool.id, counted)
    if (isLockedOut(before, now)) return lockedOut()
    if (isRight && user) {
      // On PostgreSQL a guess that is being counted elsewhere holds the record: this waits for it, and looks again.
      if (before.failures > 0) await putFailures(tx, pool.id, counted, before)
      await right?.(tx)
      return undefined
    }
    await putFailures(tx, pool.id, counted, afterFailure(before, now))
    await recordEvent(tx, deps, pool, counted, { ...event, response: "Fail" }, { isKept: user !== undefined })
    return wrong()
  })
  if (refusal) throw refusal
  return user!
}

/** Throws where so many guesses at the person were wrong that for a while none is told what it was. */
export async function assertNotLockedOut(
  { store, clock }: Pick<AdmitDeps, "store" | "clock">,
  pool: UserPool,
  person: Person,
): Promise<void> {
  const counted = countedAs(person)
  const isLocked = await store.transact(async (tx) => {
    const before = await findFailures(tx, pool.id, counted)
    // As above: on PostgreSQL this waits for a guess that is being counted elsewhere.
    if (before.failures > 0) await putFailures(tx, pool.id, counted, before)
    return isLockedOut(before, clock.now())
  })
  if (isLocked) throw attemptsExceeded()
}

/** The same of a password that is shown itself. */
export async function admitShown(
  deps: AdmitDeps & Pick<CallContext, "masterKey">,
  pool: UserPool,
  person: Person,
  password: string,
  event: Pick<AuthEvent, "type" | "challenge">,
  outcomes: Outcomes,
): Promise<User> {
  const { isRight, makeUp, replacement } = await judgeShown(deps.masterKey, pool, person, password)
  const right: Outcomes["right"] = replacement
    ? async (tx) => {
        await replaceImported(tx, pool.id, person.sub, person.user!.password!, replacement)
        await outcomes.right?.(tx)
      }
    : outcomes.right
  try {
    return await admit(deps, pool, person, isRight, event, { ...outcomes, right })
  } catch (error) {
    // Who is locked out does not learn by the time that the password was right.
    makeUp()
    throw error
  }
}
