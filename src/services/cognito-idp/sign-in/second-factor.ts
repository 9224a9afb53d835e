import { findStep, isUsedStep } from "../../../base/totp.ts"
import { openTotpSecret } from "../accounts/software-token.ts"
import { invalidParameter, softwareTokenUsed, wrongTotpCode } from "../errors.ts"
import { personOf } from "../users/person.ts"
import { changeUserState, type User } from "../users/record.ts"
import { admit } from "./admit.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { answered, endOfFactors } from "./end.ts"
import { asksSecondFactor, type Factor, poolFactors, userFactors } from "./factors.ts"
import { challengeWithCode } from "./one-time-code.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, type Session, sealSession, useNonce } from "./session.ts"
import { assertMaySignIn, getSessionUser } from "./user.ts"

/** The challenge for the user's second factor; undefined where none is asked for. */
export async function secondFactorStep(attempt: Attempt, user: User): Promise<Step | undefined> {
  const { deps, pool, client } = attempt
  if (!asksSecondFactor(pool, user)) return undefined
  const factors = userFactors(pool, user)
  if (factors.length === 1) return challengeWithFactor(attempt, factors[0]!, user)
  const session = (challenge: Session["challenge"]) =>
    sealSession(deps, client, { challenge, sub: user.sub, custom: attempt.custom?.id })
  if (factors.length > 1)
    return challengeStep("SELECT_MFA_TYPE", session("SELECT_MFA_TYPE"), {
      MFAS_CAN_CHOOSE: JSON.stringify(factors),
      USER_ID_FOR_SRP: user.username,
    })
  return challengeStep("MFA_SETUP", session("MFA_SETUP"), {
    MFAS_CAN_SETUP: JSON.stringify(poolFactors(pool)),
    USER_ID_FOR_SRP: user.username,
  })
}

async function challengeWithFactor(attempt: Attempt, factor: Factor, user: User): Promise<Step> {
  if (factor !== "SOFTWARE_TOKEN_MFA") return challengeWithCode(attempt, factor, personOf(user), user.username, true)
  const { deps, client, custom } = attempt
  const session = sealSession(deps, client, { challenge: factor, sub: user.sub, custom: custom?.id })
  return challengeStep(factor, session, {
    USER_ID_FOR_SRP: user.username,
    ...(user.mfa?.deviceName && { FRIENDLY_DEVICE_NAME: user.mfa.deviceName }),
  })
}

/** What every answer begins with: the session, and the user it is of. */
export async function openAnswer(
  attempt: Attempt,
  challenge: Session["challenge"],
): Promise<{ session: Session; user: User }> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, challenge)
  const user = await getSessionUser(attempt, session, username)
  assertMaySignIn(user)
  return { session, user }
}

/** SELECT_MFA_TYPE: which of several factors it is to be. */
export async function answerSelection(attempt: Attempt): Promise<Step> {
  const { deps, pool } = attempt
  const { session, user } = await openAnswer(attempt, "SELECT_MFA_TYPE")
  const answer = getParameter(attempt, "ANSWER")
  const factor = userFactors(pool, user).find((one) => one === answer)
  if (!factor) throw invalidParameter("Invalid MFA type selected.") // UNVERIFIED text
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  return challengeWithFactor(attempt, factor, user)
}

/** SOFTWARE_TOKEN_MFA: a code of the user's authenticator, good once. */
export async function answerSoftwareToken(attempt: Attempt): Promise<Step> {
  const { deps, pool } = attempt
  const { session, user } = await openAnswer(attempt, "SOFTWARE_TOKEN_MFA")
  const code = getParameter(attempt, "SOFTWARE_TOKEN_MFA_CODE")
  const now = deps.clock.now()
  const sealed = user.mfa?.sealedSecret
  const step = sealed === undefined ? undefined : findStep(openTotpSecret(deps.masterKey, sealed), code, now)
  const event = { type: "SignIn", challenge: "Mfa" } as const
  await admit(deps, pool, personOf(user), step !== undefined, event, { wrong: wrongTotpCode })
  return endOfFactors(answered(attempt, "SOFTWARE_TOKEN_MFA"), user, [
    (tx, at) => useNonce(tx, session, at),
    async (tx, at) => {
      await changeUserState(tx, pool.id, user.sub, (current) => {
        if (step === undefined || isUsedStep(step, current.mfa?.lastStep, at)) throw softwareTokenUsed()
        return { ...current, mfa: { enabled: [], ...current.mfa, lastStep: step } }
      })
    },
  ])
}

/** MFA_SETUP: the session shows that VerifySoftwareToken has set up a factor meanwhile. */
export async function answerSetup(attempt: Attempt): Promise<Step> {
  const { session, user } = await openAnswer(attempt, "MFA_SETUP")
  if (session.state !== "verified") throw invalidParameter("Software token MFA has not been set up by the user.") // UNVERIFIED text
  return endOfFactors(attempt, user, [(tx, at) => useNonce(tx, session, at)])
}
