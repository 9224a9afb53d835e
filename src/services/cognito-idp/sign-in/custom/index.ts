import { randomBase64Url } from "../../../../base/random.ts"
import { customAuthNotConfigured, sessionInvalid } from "../../errors.ts"
import { askVerify } from "../../triggers/custom-challenge.ts"
import { isAsked } from "../../triggers/run.ts"
import { type Attempt, getParameter, occasionOf, type Step } from "../attempt.ts"
import { assertSecretHash } from "../secret-hash.ts"
import { openSession, useNonce } from "../session.ts"
import { findPersonSigningIn, getSessionPerson } from "../user.ts"
import { candidateOf, nextRound, withRound } from "./rounds.ts"

/**
 * CUSTOM_AUTH: functions of the pool say what is asked. With `CHALLENGE_NAME` SRP_A the password comes first. Source: "Custom
 * authentication challenge Lambda triggers".
 */
export async function startCustom(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  const beginsWithSrp = parameters.CHALLENGE_NAME === "SRP_A"
  if (beginsWithSrp) getParameter(attempt, "SRP_A")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  if (!isAsked(occasionOf(attempt), "DefineAuthChallenge")) throw customAuthNotConfigured()
  const person = await findPersonSigningIn(attempt, username)
  const begun = { ...attempt, custom: { id: randomBase64Url(18), rounds: [] } }
  return nextRound(beginsWithSrp ? withRound(begun, "SRP_A") : begun, person)
}

/** CUSTOM_CHALLENGE: each is answered once, whether rightly or not, and the functions say what it comes to. */
export async function answerCustom(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters, custom } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, "CUSTOM_CHALLENGE")
  const answer = getParameter(attempt, "ANSWER")
  const person = await getSessionPerson(attempt, session, username)
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  if (!custom) throw sessionInvalid()
  const asked = { ...attempt, custom }
  const given = { privateParameters: custom.privateParameters ?? {}, answer }
  const isRight = await askVerify(occasionOf(attempt), candidateOf(asked, person), given)
  if (isRight === undefined) throw customAuthNotConfigured()
  return nextRound(withRound(asked, "CUSTOM_CHALLENGE", isRight, custom.metadata), person)
}
