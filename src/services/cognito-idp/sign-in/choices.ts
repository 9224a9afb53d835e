import { hidesExistence } from "../app-clients/auth-flows.ts"
import type { AppClient } from "../app-clients/record.ts"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { codeFactors, userFactors } from "./factors.ts"

/** A first factor by the name of its challenge. */
export type Choice = "PASSWORD_SRP" | "PASSWORD" | "EMAIL_OTP" | "SMS_OTP"

const PASSWORDS: readonly Choice[] = ["PASSWORD_SRP", "PASSWORD"]
const CODE = { email: "EMAIL_OTP", phone_number: "SMS_OTP" } as const

/** What a user can begin with. */
export function choicesOf(pool: UserPool, user: User): Choice[] {
  const choices: Choice[] = user.password ? [...PASSWORDS] : []
  if (user.status === "CONFIRMED" && !asksSecondFactor(pool, user))
    for (const contact of codeFactors(pool))
      if (user.attributes[`${contact}_verified`] === "true") choices.push(CODE[contact])
  return choices
}

/** A code alone is no way around a second factor. UNVERIFIED: that AWS leaves it out so. */
function asksSecondFactor(pool: UserPool, user: User | undefined): boolean {
  const mode = pool.settings.MfaConfiguration ?? "OFF"
  return mode === "ON" || (mode === "OPTIONAL" && user !== undefined && userFactors(pool, user).length > 0)
}

/**
 * What a usual user of the pool begins with: a password, or a code to an address that the pool verifies. AWS draws one of
 * the pool's challenges at random ("Managing user existence error responses"); here nobody's are the same at every try,
 * and a user who has nothing to begin with looks like nobody.
 */
function usualChoices(pool: UserPool): Choice[] {
  if (asksSecondFactor(pool, undefined)) return [...PASSWORDS]
  const offered = codeFactors(pool)
  const verified = offered.filter((contact) => pool.settings.AutoVerifiedAttributes?.includes(contact))
  return [...PASSWORDS, ...(verified.length > 0 ? verified : offered).map((contact) => CODE[contact])]
}

/** What is offered for a name. */
export function offeredChoices(pool: UserPool, client: AppClient, user: User | undefined): Choice[] {
  const own = user ? choicesOf(pool, user) : []
  return own.length === 0 && hidesExistence(client) ? usualChoices(pool) : own
}

/** A user's own by the names that GetUserAuthFactors has for them. */
export const configuredFactors = (pool: UserPool, user: User) =>
  choicesOf(pool, user).filter((choice) => choice !== "PASSWORD_SRP")
