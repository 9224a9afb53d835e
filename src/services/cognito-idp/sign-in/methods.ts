import type { ChallengeNameType } from "@aws-sdk/client-cognito-identity-provider"
import type { UserPool } from "../user-pools/record.ts"
import type { User } from "../users/record.ts"
import { asksSecondFactor } from "./factors.ts"

/**
 * How somebody has proved who they are, by the challenge that they answered last: a second factor stands behind a password.
 * Source: "Step-up authentication", the values of `amr`. UNVERIFIED: which of them come together.
 */
export function methodsOf(pool: UserPool, user: User, last: ChallengeNameType | undefined): string[] {
  switch (last) {
    case "SOFTWARE_TOKEN_MFA":
    case "MFA_SETUP":
      return ["pwd", "otp", "mfa"]
    case "SMS_MFA":
      return ["pwd", "sms", "mfa"]
    case "EMAIL_OTP":
      return asksSecondFactor(pool, user) ? ["pwd", "email_otp", "mfa"] : ["email_otp"]
    case "SMS_OTP":
      return ["sms"]
    case "WEB_AUTHN":
      return asksSecondFactor(pool, user) ? ["swk", "mfa"] : ["swk"]
    default:
      return ["pwd"]
  }
}
