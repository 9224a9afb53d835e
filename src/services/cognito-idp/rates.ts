import type { RateCategory } from "../../service.ts"

/**
 * Of what nobody signs. Developer Guide, "Quotas in Amazon Cognito": 50 calls a second of UserCreation, 30 of
 * UserAccountRecovery and 120 of UserAuthentication for all pools of an account, and three times as many answers to
 * challenges. AWS counts by account alone, so that one stranger can use up what is everybody's. Here an address has as much
 * for itself: for a while, where each call leaves a user or a message behind, and a tenth of it for long; there all
 * addresses together have AWS's quota.
 */
export const rates: readonly RateCategory[] = [
  {
    name: "UserCreation",
    operations: ["SignUp", "ConfirmSignUp"],
    each: { perSecond: 5, atOnce: 1_000 },
    all: { perSecond: 50, atOnce: 5_000 },
  },
  {
    // With them what sends the code of a sign-up again.
    name: "UserAccountRecovery",
    operations: ["ForgotPassword", "ConfirmForgotPassword", "ResendConfirmationCode"],
    each: { perSecond: 3, atOnce: 600 },
    all: { perSecond: 30, atOnce: 3_000 },
  },
  { name: "UserAuthentication", operations: ["InitiateAuth"], each: { perSecond: 120, atOnce: 1_200 } },
  {
    name: "answers to challenges",
    operations: ["RespondToAuthChallenge"],
    each: { perSecond: 360, atOnce: 3_600 },
  },
  {
    name: "UserToken",
    operations: ["RevokeToken", "GetTokensFromRefreshToken"],
    each: { perSecond: 120, atOnce: 1_200 },
  },
]
