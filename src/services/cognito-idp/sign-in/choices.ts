import { hidesExistence } from "../app-clients/auth-flows.ts"
import type { AppClient } from "../app-clients/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { Person } from "../users/person.ts"
import type { User } from "../users/record.ts"
import type { OfferedPasskeys } from "../web-authn/offered.ts"
import { countsAsBothFactors } from "../web-authn/relying-party.ts"
import { asksSecondFactor, codeFactors } from "./factors.ts"

/** A first factor by the name of its challenge. */
export type Choice = "PASSWORD_SRP" | "PASSWORD" | "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN"

const PASSWORDS: readonly Choice[] = ["PASSWORD_SRP", "PASSWORD"]
const CODE = { email: "EMAIL_OTP", phone_number: "SMS_OTP" } as const

/** What a user can begin with. `passkeys` are those that the user is offered. */
export function choicesOf(pool: UserPool, user: User, passkeys: OfferedPasskeys | undefined): Choice[] {
  const choices: Choice[] = user.password ? [...PASSWORDS] : []
  if (user.status !== "CONFIRMED") return choices
  // A code alone is no way around a second factor. UNVERIFIED: that AWS leaves it out so.
  const needsTwo = asksSecondFactor(pool, user)
  if (!needsTwo)
    for (const contact of codeFactors(pool))
      if (user.attributes[`${contact}_verified`] === "true") choices.push(CODE[contact])
  // Source: SetUserMFAPreference, WebAuthnMfaSettings.
  const isEnough = !needsTwo || (countsAsBothFactors(pool) && user.mfa?.passkey === true)
  if (passkeys && passkeys.passkeys.length > 0 && isEnough) choices.push("WEB_AUTHN")
  return choices
}

/**
 * What a usual user of the pool begins with: a password, or a code to an address that the pool verifies. AWS draws one of
 * the pool's challenges at random ("Managing user existence error responses"); here nobody's are the same at every try,
 * and a user who has nothing to begin with looks like nobody.
 */
function usualChoices(pool: UserPool, passkeys: OfferedPasskeys | undefined): Choice[] {
  const needsTwo = pool.settings.MfaConfiguration === "ON"
  const offered = needsTwo ? [] : codeFactors(pool)
  const verified = offered.filter((contact) => pool.settings.AutoVerifiedAttributes?.includes(contact))
  const codes = (verified.length > 0 ? verified : offered).map((contact) => CODE[contact])
  const isPasskeyOffered = passkeys && passkeys.ids.length > 0 && (!needsTwo || countsAsBothFactors(pool))
  return [...PASSWORDS, ...codes, ...(isPasskeyOffered ? (["WEB_AUTHN"] as const) : [])]
}

/** What is offered for a name. */
export function offeredChoices(
  pool: UserPool,
  client: AppClient,
  { user }: Person,
  passkeys: OfferedPasskeys | undefined,
): Choice[] {
  const own = user ? choicesOf(pool, user, passkeys) : []
  return own.length === 0 && hidesExistence(client) ? usualChoices(pool, passkeys) : own
}
