import type { RateCategory } from "../../service.ts"

/**
 * Of what nobody signs. Developer Guide, "Quotas in Amazon Cognito": 50 calls a second of UserCreation, 30 of
 * UserAccountRecovery and 120 of UserAuthentication for all pools of an account, and three times as many answers to
 * challenges. AWS counts by account alone, so that one stranger can use up what is everybody's. Here an address has as much
 * for itself: for a while, where each call leaves a user or a message behind, and a tenth of it for long; there all
 * addresses together have AWS's quota. The forms of the sign-in pages count with what they call.
 */
export const rates: readonly RateCategory[] = [
  {
    name: "UserCreation",
    operations: ["SignUp", "ConfirmSignUp", "Signup_POST", "Confirm_POST", "ConfirmUser_GET"],
    each: { perSecond: 5, atOnce: 1_000 },
    all: { perSecond: 50, atOnce: 5_000 },
  },
  {
    // With them what sends the code of a sign-up again.
    name: "UserAccountRecovery",
    operations: [
      ...["ForgotPassword", "ConfirmForgotPassword", "ResendConfirmationCode"],
      ...["ForgotPassword_POST", "ConfirmForgotPassword_POST", "ResendCode_POST"],
    ],
    each: { perSecond: 3, atOnce: 600 },
    all: { perSecond: 30, atOnce: 3_000 },
  },
  { name: "UserAuthentication", operations: ["InitiateAuth", "Login_POST"], each: { perSecond: 120, atOnce: 1_200 } },
  {
    name: "answers to challenges",
    operations: ["RespondToAuthChallenge"],
    each: { perSecond: 360, atOnce: 3_600 },
  },
  {
    // Of all that people come back from a provider with: we ask the provider about it, and may make a user.
    name: "UserFederation",
    operations: ["OAuth2Response_GET", "OAuth2Response_POST", "SAML2Response_POST"],
    each: { perSecond: 25, atOnce: 500 },
  },
  {
    name: "UserToken",
    operations: ["RevokeToken", "GetTokensFromRefreshToken", "Revoke_POST", "UserInfo_GET"],
    each: { perSecond: 120, atOnce: 1_200 },
  },
  // The same page: 150 a second of ClientAuthentication, 300 of a domain's endpoints for each address.
  {
    name: "ClientAuthentication",
    operations: ["GetClientToken", "Token_POST"],
    each: { perSecond: 150, atOnce: 1_500 },
  },
  {
    name: "a domain's endpoints",
    operations: ["OAuth2_Authorize_GET", "Login_GET", "Logout_GET", "Signup_GET", "ForgotPassword_GET"],
    each: { perSecond: 300, atOnce: 3_000 },
  },
]
