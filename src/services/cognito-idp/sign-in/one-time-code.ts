import { timingSafeEqual } from "node:crypto"
import { DIGITS, randomText } from "../../../base/random.ts"
import { assertCanDeliver, type Contact, deliver } from "../codes/delivery.ts"
import { simulateDelivery } from "../codes/simulated-delivery.ts"
import { attemptsExceeded, wrongAuthCode } from "../errors.ts"
import type { User } from "../users/record.ts"
import { type Attempt, challengeStep, getParameter, type Step } from "./attempt.ts"
import { finishSignIn } from "./finish.ts"
import { isLockedOut, recordFailure } from "./lockout.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, sealSession, useNonce } from "./session.ts"
import { assertMaySignIn, getSessionUser } from "./user.ts"

/** The challenges that a code in a message answers. */
export type CodeChallenge = "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP"

const CONTACT: Record<CodeChallenge, Contact> = { SMS_MFA: "phone_number", SMS_OTP: "phone_number", EMAIL_OTP: "email" }

/** Sends a code and asks for it. A user who is not there gets the same challenge and no message. */
export async function challengeWithCode(
  { deps, pool, client }: Attempt,
  challenge: CodeChallenge,
  user: User | undefined,
  username: string,
): Promise<Step> {
  assertCanDeliver(pool)
  const attribute = CONTACT[challenge]
  const code = randomText(DIGITS, challenge === "SMS_MFA" ? 6 : 8)
  const now = deps.clock.now()
  const details = user
    ? await deps.store.transact((tx) =>
        deliver(
          tx,
          deps,
          pool,
          user,
          { attribute, value: user.attributes[attribute] ?? "", occasion: "mfa", code },
          now,
        ),
      )
    : simulateDelivery(deps.masterKey, pool, username, attribute)
  const session = sealSession(deps, client, {
    challenge,
    sub: user?.sub,
    username: user?.username ?? username,
    state: code,
  })
  return challengeStep(challenge, session, {
    CODE_DELIVERY_DELIVERY_MEDIUM: details.DeliveryMedium!,
    CODE_DELIVERY_DESTINATION: details.Destination!,
    ...(challenge === "SMS_MFA" && { USER_ID_FOR_SRP: user?.username ?? username }),
    ...(challenge !== "SMS_MFA" && { USERNAME: user?.username ?? username }),
  })
}

/** The code ends the sign-in, whether it was the first factor or the second. */
export const answerCode =
  (challenge: CodeChallenge) =>
  async (attempt: Attempt): Promise<Step> => {
    const { deps, pool, client, parameters } = attempt
    const username = getParameter(attempt, "USERNAME")
    assertSecretHash(deps.masterKey, client, parameters.SECRET_HASH, username)
    const code = getParameter(attempt, `${challenge}_CODE`)
    const session = openSession(deps, client, attempt.session, challenge)
    if (session.sub === undefined) throw wrongAuthCode()
    const user = await getSessionUser(attempt, session, username)
    if (isLockedOut(user, deps.clock.now())) throw attemptsExceeded()
    assertMaySignIn(user)
    if (!isSame(code, session.state ?? "")) {
      await recordFailure(deps, pool, user.sub, { type: "SignIn", challenge: "Mfa" })
      throw wrongAuthCode()
    }
    return finishSignIn(attempt, user, [(tx, now) => useNonce(tx, session, now)])
  }

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
