import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"

/** A second factor by the name of its challenge. */
export type Factor = "SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP"

export const FACTORS: readonly Factor[] = ["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]

/** The factors that the pool has configured. */
export function poolFactors({ mfa, settings }: UserPool): Factor[] {
  const offers: Record<Factor, boolean> = {
    SMS_MFA: Boolean(settings.SmsConfiguration ?? mfa.SmsMfaConfiguration),
    SOFTWARE_TOKEN_MFA: mfa.SoftwareTokenMfaConfiguration?.Enabled ?? false,
    EMAIL_OTP: Boolean(mfa.EmailMfaConfiguration),
  }
  return FACTORS.filter((factor) => offers[factor])
}

/** The addresses that a code as the only factor may go to. Source: SignInPolicyType. */
export function codeFactors({ settings }: UserPool): ("email" | "phone_number")[] {
  const allowed = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? []
  return [
    ...(allowed.includes("EMAIL_OTP") ? (["email"] as const) : []),
    ...(allowed.includes("SMS_OTP") ? (["phone_number"] as const) : []),
  ]
}

/** Whether the user has what the factor needs. */
export function isReady({ attributes, mfa }: User, factor: Factor): boolean {
  if (factor === "SOFTWARE_TOKEN_MFA") return mfa?.sealedSecret !== undefined
  return Boolean(attributes[factor === "SMS_MFA" ? "phone_number" : "email"])
}

/**
 * The factors that a sign-in may ask the user for, the preferred one alone where there is one. Where the pool demands a
 * factor, a verified telephone counts without having been chosen. Source: "Adding MFA to a user pool".
 */
export function userFactors(pool: UserPool, user: User): Factor[] {
  const offered = poolFactors(pool)
  const chosen = (user.mfa?.enabled ?? []).filter((factor) => offered.includes(factor) && isReady(user, factor))
  if (user.mfa?.preferred && chosen.includes(user.mfa.preferred)) return [user.mfa.preferred]
  if (chosen.length > 0 || pool.settings.MfaConfiguration !== "ON") return chosen
  if (offered.includes("SMS_MFA") && user.attributes.phone_number_verified === "true") return ["SMS_MFA"]
  if (offered.includes("EMAIL_OTP") && user.attributes.email_verified === "true") return ["EMAIL_OTP"]
  return []
}

/** Whether a right password is not enough, where no device stands for the second factor. */
export function asksSecondFactor(pool: UserPool, user: User): boolean {
  const mode = pool.settings.MfaConfiguration ?? "OFF"
  return mode === "ON" || (mode === "OPTIONAL" && userFactors(pool, user).length > 0)
}
