import { hidesExistence } from "../app-clients/auth-flows.ts"
import { invalidParameter } from "../errors.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { userFactors } from "./factors.ts"
import { challengeWithCode } from "./one-time-code.ts"
import { stepWithPassword } from "./password.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, sealSession, useNonce } from "./session.ts"
import { challengeWithSrp } from "./srp.ts"
import { findUserSigningIn, getSessionUser } from "./user.ts"

/** A first factor by the name of its challenge. */
type Choice = "PASSWORD_SRP" | "PASSWORD" | "EMAIL_OTP" | "SMS_OTP"

/** What a user can begin with. Users who are not there look like those with nothing but a password. */
export function choicesOf(pool: UserPool, user: User | undefined): Choice[] {
  const allowed = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? []
  const choices: Choice[] = user && !user.password ? [] : ["PASSWORD_SRP", "PASSWORD"]
  if (user?.status === "CONFIRMED" && !asksSecondFactor(pool, user)) {
    if (allowed.includes("EMAIL_OTP") && user.attributes.email_verified === "true") choices.push("EMAIL_OTP")
    if (allowed.includes("SMS_OTP") && user.attributes.phone_number_verified === "true") choices.push("SMS_OTP")
  }
  return choices
}

/** A code alone is no way around a second factor. UNVERIFIED: that AWS leaves it out so. */
function asksSecondFactor(pool: UserPool, user: User | undefined): boolean {
  const mode = pool.settings.MfaConfiguration ?? "OFF"
  return mode === "ON" || (mode === "OPTIONAL" && user !== undefined && userFactors(pool, user).length > 0)
}

/** The same by the names that GetUserAuthFactors has for them. */
export const configuredFactors = (pool: UserPool, user: User) =>
  choicesOf(pool, user).filter((choice) => choice !== "PASSWORD_SRP")

/** USER_AUTH: the user is asked what to sign in with, unless the client prefers something that is possible. */
export async function startChoice(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const user = await findUserSigningIn(attempt, username)
  const preferred = parameters.PREFERRED_CHALLENGE
  if (isPossible(attempt, user, preferred)) return begin(attempt, preferred, user, username)
  return {
    ...challengeStep(
      "SELECT_CHALLENGE",
      sealSession(deps, client, { challenge: "SELECT_CHALLENGE", sub: user?.sub, username }),
      {},
    ),
    AvailableChallenges: choicesOf(attempt.pool, user),
  }
}

/** Who hides that users are not there also offers them a code by mail. */
function isPossible(attempt: Attempt, user: User | undefined, choice: string | undefined): choice is Choice {
  if (choicesOf(attempt.pool, user).some((one) => one === choice)) return true
  const allowed = attempt.pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? []
  const isCode = choice === "EMAIL_OTP" || choice === "SMS_OTP"
  const isOffered = isCode && allowed.includes(choice) && !asksSecondFactor(attempt.pool, user)
  return !user && hidesExistence(attempt.client) && isOffered
}

async function begin(attempt: Attempt, choice: Choice, user: User | undefined, username: string): Promise<Step> {
  switch (choice) {
    case "PASSWORD_SRP":
      return challengeWithSrp(attempt, user, username)
    case "PASSWORD":
      return attempt.parameters.PASSWORD === undefined
        ? askForPassword(attempt, user, username)
        : stepWithPassword(attempt, user, attempt.parameters.PASSWORD, [])
    default:
      return challengeWithCode(attempt, choice, user, username)
  }
}

const askForPassword = ({ deps, client }: Attempt, user: User | undefined, username: string): Step =>
  challengeStep("PASSWORD", sealSession(deps, client, { challenge: "PASSWORD", sub: user?.sub, username }), {})

/** SELECT_CHALLENGE: the choice, and with it what the choice needs. */
export async function answerChoice(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, "SELECT_CHALLENGE")
  const answer = getParameter(attempt, "ANSWER")
  const user = session.sub === undefined ? undefined : await getSessionUser(attempt, session, username)
  if (!isPossible(attempt, user, answer)) throw invalidParameter(`Challenge ${answer} is not available.`) // UNVERIFIED text
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  return begin(attempt, answer, user, username)
}

/** PASSWORD: the password, after it was chosen. */
export async function answerPassword(attempt: Attempt): Promise<Step> {
  const { deps, client, parameters } = attempt
  const username = getParameter(attempt, "USERNAME")
  assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
  const session = openSession(deps, client, attempt.session, "PASSWORD")
  const password = getParameter(attempt, "PASSWORD")
  const user = session.sub === undefined ? undefined : await getSessionUser(attempt, session, username)
  return stepWithPassword(attempt, user, password, [(tx, now) => useNonce(tx, session, now)])
}
