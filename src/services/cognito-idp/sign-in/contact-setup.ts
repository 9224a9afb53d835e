import { timingSafeEqual } from "node:crypto"
import { DIGITS, randomText } from "../../../base/random.ts"
import { type Contact, deliver, MEDIUM } from "../codes/delivery.ts"
import { aliasTaken, invalidParameter, sessionInvalid, wrongAuthCode } from "../errors.ts"
import { prepareMessage } from "../triggers/messages.ts"
import { mergeAttributes, parseAttributes } from "../users/attributes.ts"
import { personOf } from "../users/person.ts"
import { findUserBySub, updateUser } from "../users/record.ts"
import { admit } from "./admit.ts"
import { type Attempt, challengeStep, getParameter, occasionOf, type Step } from "./attempt.ts"
import { answered, endOfFactors } from "./end.ts"
import { poolFactors } from "./factors.ts"
import { openAnswer } from "./second-factor.ts"
import { sealSession, useNonce } from "./session.ts"

/** Second factors that are an address. */
export type ContactFactor = "SMS_MFA" | "EMAIL_OTP"

const CONTACT: Record<ContactFactor, Contact> = { SMS_MFA: "phone_number", EMAIL_OTP: "email" }

/** What a session of MFA_SETUP remembers of a code that was sent. */
interface Sent {
  factor: ContactFactor
  value: string
  code: string
}

/**
 * MFA_SETUP on the pages: sends a code to the address that becomes the second factor. It is the one that the user has; who has
 * none gives it as CONTACT, and is asked for it (`MISSING`) until they do. Nothing is written of it before the code comes back.
 * Source: Developer Guide of 2023, "User sign-up", SMS as the method: "If your user doesn't have a phone number".
 */
export async function startContactSetup(attempt: Attempt): Promise<Step> {
  const { deps, pool, client, parameters } = attempt
  const { session, user } = await openAnswer(attempt, "MFA_SETUP")
  const factor = getParameter(attempt, "ANSWER") as ContactFactor
  if (!Object.hasOwn(CONTACT, factor) || !poolFactors(pool).includes(factor))
    throw invalidParameter("Invalid MFA type selected.") // UNVERIFIED text
  const attribute = CONTACT[factor]
  const value = user.attributes[attribute] || parameters.CONTACT
  if (value === undefined || value === "") return challengeStep("MFA_SETUP", attempt.session, { MISSING: attribute })
  parseAttributes(pool, [{ Name: attribute, Value: value }], "update")
  const prepared = await prepareMessage(occasionOf(attempt), "Authentication", user, [MEDIUM[attribute]])
  const code = randomText(DIGITS, factor === "SMS_MFA" ? 6 : 8)
  const now = deps.clock.now()
  const details = await deps.store.transact(async (tx) => {
    await useNonce(tx, session, now)
    const sending = { attribute, value, occasion: "mfa" as const, code, ...(prepared && { prepared }) }
    return deliver(tx, deps, pool, user, sending, now)
  })
  const state = JSON.stringify({ factor, value, code } satisfies Sent)
  const next = sealSession(deps, client, { challenge: "MFA_SETUP", sub: user.sub, custom: undefined, state })
  return challengeStep("MFA_SETUP", next, { CODE_DELIVERY_DESTINATION: details.Destination! })
}

/** The code makes the address the user's, verified, and their second factor, and ends the sign-in. */
export async function answerContactSetup(attempt: Attempt): Promise<Step> {
  const { deps, pool } = attempt
  const { session, user } = await openAnswer(attempt, "MFA_SETUP")
  const { factor, value, code } = parseSent(session.state)
  const isRight = isSame(getParameter(attempt, "CODE"), code)
  await admit(deps, pool, personOf(user), isRight, { type: "SignIn", challenge: "Mfa" }, { wrong: wrongAuthCode })
  const attribute = CONTACT[factor]
  return endOfFactors(answered({ ...attempt, answers: factor }, factor), user, [
    (tx, now) => useNonce(tx, session, now),
    async (tx, modifiedAt) => {
      const current = await findUserBySub(tx, pool.id, user.sub)
      // Another address that was set meanwhile was not proved by this code.
      if (!current || (current.attributes[attribute] ?? value) !== value) throw sessionInvalid()
      const attributes = mergeAttributes(current.attributes, { [attribute]: value, [`${attribute}_verified`]: "true" })
      const enabled = [...new Set([...(current.mfa?.enabled ?? []), factor])]
      const changed = { ...current, attributes, mfa: { ...current.mfa, enabled }, modifiedAt }
      await updateUser(tx, pool, changed, { force: false, taken: aliasTaken })
    },
  ])
}

function parseSent(state: string | undefined): Sent {
  if (!state?.startsWith("{")) throw sessionInvalid()
  return JSON.parse(state) as Sent
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)]
  return a.length === b.length && timingSafeEqual(a, b)
}
