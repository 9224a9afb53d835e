import { hidesExistence } from "../../app-clients/auth-flows.ts"
import { customAuthNotConfigured, wrongPassword } from "../../errors.ts"
import { askCreate, askDefine, type Candidate } from "../../triggers/custom-challenge.ts"
import { unrecognizableAnswer } from "../../triggers/errors.ts"
import type { Person } from "../../users/person.ts"
import { type Attempt, challengeStep, occasionOf, type Step } from "../attempt.ts"
import { finishSignIn } from "../finish.ts"
import { sealSession, sessionMilliseconds } from "../session.ts"
import { challengeWithSrp } from "../srp-challenge.ts"
import { assertMaySignIn } from "../user.ts"
import { type CustomSignIn, dropCustomSignIn, putCustomSignIn, STATE_BYTES_AT_MOST } from "./state.ts"

/** An attempt that the pool's functions rule. */
export type CustomAttempt = Attempt & { custom: CustomSignIn }

/** The attempt with one challenge more that was answered. */
export const withRound = (
  attempt: CustomAttempt,
  challengeName: string,
  challengeResult = true,
  challengeMetadata: string | null = null,
): CustomAttempt => {
  const { id, rounds } = attempt.custom
  return { ...attempt, custom: { id, rounds: [...rounds, { challengeName, challengeResult, challengeMetadata }] } }
}

export const candidateOf = ({ client, custom }: CustomAttempt, person: Person): Candidate => ({
  person,
  rounds: custom.rounds,
  hidesExistence: hidesExistence(client),
})

export async function keepCustomSignIn({ deps, client, custom }: CustomAttempt): Promise<void> {
  const now = deps.clock.now()
  await deps.store.transact((tx) => putCustomSignIn(tx, deps.masterKey, custom, now + sessionMilliseconds(client), now))
}

/**
 * Asks DefineAuthChallenge how it goes on, and does so. What was answered is used up by then: where a function fails, the
 * sign-in is begun again.
 */
export async function nextRound(attempt: CustomAttempt, person: Person): Promise<Step> {
  const ruling = await askDefine(occasionOf(attempt), candidateOf(attempt, person))
  if (ruling === undefined) throw customAuthNotConfigured()
  if (ruling.is === "challenge") {
    const challenge = CHALLENGES.get(ruling.name)
    if (challenge) return challenge(attempt, person)
    throw unrecognizableAnswer(
      "DefineAuthChallenge",
      "DefineAuthChallenge_Authentication",
      `there is no challenge ${ruling.name} for it to ask for`,
    )
  }
  const { deps, custom, ...rest } = attempt
  await deps.store.transact((tx) => dropCustomSignIn(tx, custom.id))
  // Whatever the functions say of nobody, there are no tokens for them. The text of a failure is in amplify-js issue 10320.
  if (ruling.is === "failure" || !person.user) throw wrongPassword()
  assertMaySignIn(person.user)
  return finishSignIn({ deps, ...rest }, person.user, [])
}

/** What DefineAuthChallenge may ask for next. */
const CHALLENGES: ReadonlyMap<string, (attempt: CustomAttempt, person: Person) => Step | Promise<Step>> = new Map([
  ["CUSTOM_CHALLENGE", challengeByFunction],
  ["PASSWORD_VERIFIER", challengeWithPassword],
])

async function challengeByFunction(attempt: CustomAttempt, person: Person): Promise<Step> {
  const name = "CUSTOM_CHALLENGE"
  const made = await askCreate(occasionOf(attempt), candidateOf(attempt, person), name)
  if (made === undefined) throw customAuthNotConfigured()
  const { publicParameters, privateParameters, metadata } = made
  const { id, rounds } = attempt.custom
  const custom: CustomSignIn = { id, rounds, privateParameters, metadata }
  if (Buffer.byteLength(JSON.stringify(custom)) > STATE_BYTES_AT_MOST)
    throw unrecognizableAnswer("CreateAuthChallenge", "CreateAuthChallenge_Authentication", "there is too much to keep")
  await keepCustomSignIn({ ...attempt, custom })
  const session = sealSession(attempt.deps, attempt.client, { challenge: name, sub: person.sub, custom: id })
  return challengeStep(name, session, { ...publicParameters, USERNAME: person.username })
}

/** The password by SRP, where the sign-in began with an SRP_A. */
async function challengeWithPassword(attempt: CustomAttempt, person: Person): Promise<Step> {
  await keepCustomSignIn(attempt)
  const { deps, client, custom } = attempt
  const session = sealSession(deps, client, { challenge: "PASSWORD_VERIFIER", sub: person.sub, custom: custom.id })
  return { ...challengeWithSrp(attempt, person), Session: session }
}
