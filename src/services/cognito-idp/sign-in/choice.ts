import { invalidParameter } from "../errors.ts"
import type { Person } from "../users/person.ts"
import { findOfferedPasskeys, type OfferedPasskeys } from "../web-authn/offered.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { type Choice, choicesOf, offeredChoices } from "./choices.ts"
import { challengeWithCode } from "./one-time-code.ts"
import { challengeWithPasskey, newPasskeyChallenge, requestOptions, stepWithPasskey } from "./passkey.ts"
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
  const passkeys = await deps.store.read((tx) => findOfferedPasskeys(tx, deps, pool, person))
  const choices = offeredChoices(pool, client, person, passkeys)
  const preferred = choices.find((choice) => choice === parameters.PREFERRED_CHALLENGE)
  if (preferred) return begin(attempt, preferred, { person, username, passkeys })
  // Whoever chooses a passkey may show it with the choice: it signs this challenge then.
  const state = newPasskeyChallenge()
  const session = sealSession(deps, client, {
    challenge: "SELECT_CHALLENGE",
    sub: person.sub,
    custom: undefined,
    state,
  })
  const isPasskeyOffered = passkeys && choices.includes("WEB_AUTHN")
  const offer: Record<string, string> = isPasskeyOffered
    ? { CREDENTIAL_REQUEST_OPTIONS: requestOptions(attempt, passkeys, state) }
    : {}
  return { ...challengeStep("SELECT_CHALLENGE", session, offer), AvailableChallenges: choices }
}

/** Who chooses. */
interface Chooser {
  person: Person
  username: string
  passkeys: OfferedPasskeys | undefined
  /** What a passkey that is shown with the choice has signed. */
  challenge?: string | undefined
}

async function begin(attempt: Attempt, choice: Choice, chooser: Chooser): Promise<Step> {
  const { person, username, passkeys, challenge } = chooser
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
    case "WEB_AUTHN":
      return parameters.CREDENTIAL === undefined || challenge === undefined
        ? challengeWithPasskey(attempt, person, passkeys!)
        : stepWithPasskey({ ...attempt, answers: "WEB_AUTHN" }, person, parameters.CREDENTIAL, challenge)
    default: {
      // Who cannot sign in is sent nothing, and not told so.
      const isSent = person.user?.enabled === true && choicesOf(pool, person.user, passkeys).includes(choice)
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
  const passkeys = await deps.store.read((tx) => findOfferedPasskeys(tx, deps, pool, person))
  const choice = offeredChoices(pool, client, person, passkeys).find((one) => one === answer)
  if (!choice) throw invalidParameter(`Challenge ${answer} is not available.`) // UNVERIFIED text
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  return begin(attempt, choice, { person, username, passkeys, challenge: session.state })
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
