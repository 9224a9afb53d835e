import { timingSafeEqual } from "node:crypto"
import { DIGITS, randomText } from "../../../base/random.ts"
import { type Contact, deliver, MEDIUM } from "../codes/delivery.ts"
import { simulateDelivery } from "../codes/simulated-delivery.ts"
import { wrongAuthCode } from "../errors.ts"
import { prepareMessage } from "../triggers/messages.ts"
import type { Person } from "../users/person.ts"
import { admit } from "./admit.ts"
import { type Attempt, challengeStep, getParameter, occasionOf, type Step } from "./attempt.ts"
import { answered, endOfFactors } from "./end.ts"
import { assertSecretHash } from "./secret-hash.ts"
import { openSession, sealSession, useNonce } from "./session.ts"
import { assertMaySignIn, getSessionPerson } from "./user.ts"

/** The challenges that a code in a message answers. */
export type CodeChallenge = "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP"

const CONTACT: Record<CodeChallenge, Contact> = { SMS_MFA: "phone_number", SMS_OTP: "phone_number", EMAIL_OTP: "email" }

/** Before a code in the session's state: whether it was sent to the user, or was only made to look so. */
const SENT = "+"
const NOT_SENT = "-"

/** Sends a code and asks for it. Who is not sent one gets the same challenge; no code answers it. */
export async function challengeWithCode(
  attempt: Attempt,
  challenge: CodeChallenge,
  person: Person,
  name: string,
  isSent: boolean,
): Promise<Step> {
  const { deps, pool, client } = attempt
  const attribute = CONTACT[challenge]
  const { user } = person
  const prepared =
    isSent && user ? await prepareMessage(occasionOf(attempt), "Authentication", user, [MEDIUM[attribute]]) : undefined
  const code = randomText(DIGITS, challenge === "SMS_MFA" ? 6 : 8)
  const now = deps.clock.now()
  const details = await deps.store.transact((tx) =>
    isSent
      ? deliver(
          tx,
          deps,
          pool,
          person,
          { attribute, value: user?.attributes[attribute] ?? "", occasion: "mfa", code, ...(prepared && { prepared }) },
          now,
        )
      : simulateDelivery(tx, deps, pool, name, { attribute, occasion: "mfa", code }, now),
  )
  const state = (isSent ? SENT : NOT_SENT) + code
  const session = sealSession(deps, client, { challenge, sub: person.sub, custom: attempt.custom?.id, state })
  return challengeStep(challenge, session, {
    CODE_DELIVERY_DELIVERY_MEDIUM: details.DeliveryMedium!,
    CODE_DELIVERY_DESTINATION: details.Destination!,
    [challenge === "SMS_MFA" ? "USER_ID_FOR_SRP" : "USERNAME"]: person.username,
  })
}

/** Another code in the place of the session's, which is used up; for nobody where the first was for nobody. */
export async function sendCodeAgain(attempt: Attempt, challenge: CodeChallenge): Promise<Step> {
  const { deps, client } = attempt
  const username = getParameter(attempt, "USERNAME")
  const session = openSession(deps, client, attempt.session, challenge)
  const person = await getSessionPerson(attempt, session, username)
  await deps.store.transact((tx) => useNonce(tx, session, deps.clock.now()))
  return challengeWithCode(attempt, challenge, person, username, session.state?.startsWith(SENT) ?? false)
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
    const person = await getSessionPerson(attempt, session, username)
    const isRight = isSame(SENT + code, session.state ?? "")
    const event = { type: "SignIn", challenge: "Mfa" } as const
    const user = await admit(deps, pool, person, isRight, event, { wrong: wrongAuthCode })
    assertMaySignIn(user)
    return endOfFactors(answered(attempt, challenge), user, [(tx, now) => useNonce(tx, session, now)])
  }

function isSame(left: string, right: string): boolean {
  const a = Buffer.from(left)
  const b = Buffer.from(right)
  return a.length === b.length && timingSafeEqual(a, b)
}
