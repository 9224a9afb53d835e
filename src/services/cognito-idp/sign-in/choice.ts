import { invalidParameter } from "../errors.ts"
import type { Person } from "../users/person.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { type Choice, choicesOf, offeredChoices } from "./choices.ts"
import { challengeWithCode } from "./one-time-code.ts"
import { stepWithPassword } from "./password.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, sealSession, useNonce } from "./session.ts"
import { challengeWithSrp } from "./srp-challenge.ts"
import { findPersonSigningIn, getSessionPerson } from "./user.ts"

/** USER_AUTH: the user is asked what to sign in with, unless the client prefers something that is possible. */
export async function startChoice(attempt: Attempt): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const person = await findPersonSigningIn(attempt, username)
  const choices = offeredChoices(pool, client, person.user)
  const preferred = choices.find((choice) => choice === parameters.PREFERRED_CHALLENGE)
  if (preferred) return begin(attempt, preferred, person, username)
  const session = sealSession(deps, client, { challenge: "SELECT_CHALLENGE", sub: person.sub, custom: undefined })
  return { ...challengeStep("SELECT_CHALLENGE", session, {}), AvailableChallenges: choices }
}

async function begin(attempt: Attempt, choice: Choice, person: Person, username: string): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  switch (choice) {
    case "PASSWORD_SRP":
      return challengeWithSrp(attempt, person)
    case "PASSWORD":
      return parameters.PASSWORD === undefined
        ? challengeStep(
            "PASSWORD",
            sealSession(deps, client, { challenge: "PASSWORD", sub: person.sub, custom: undefined }),
            {},
          )
        : stepWithPassword(attempt, person, parameters.PASSWORD, [])
    default: {
      // Who cannot sign in is sent nothing, and not told so.
      const isSent = person.user?.enabled === true && choicesOf(pool, person.user).includes(choice)
      return challengeWithCode(attempt, choice, person, username, isSent)
    }
  }
}

/** SELECT_CHALLENGE: the choice, and with it what the choice needs. */
export async function answerChoice(attempt: Attempt): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, "SELECT_CHALLENGE")
  const answer = getParameter(attempt, "ANSWER")
  const person = await getSessionPerson(attempt, session, username)
  const choice = offeredChoices(pool, client, person.user).find((one) => one === answer)
  if (!choice) throw invalidParameter(`Challenge ${answer} is not available.`) // UNVERIFIED text
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  return begin(attempt, choice, person, username)
}

/** PASSWORD: the password, after it was chosen. */
export async function answerPassword(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, "PASSWORD")
  const password = getParameter(attempt, "PASSWORD")
  const person = await getSessionPerson(attempt, session, username)
  return stepWithPassword(attempt, person, password, [(tx, now) => useNonce(tx, session, now)])
}
