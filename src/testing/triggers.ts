/**
 * A Lambda handler: takes the event, and answers with it. What it throws is what the function fails with.
 */
// biome-ignore lint/suspicious/noExplicitAny: handlers are typed by what they take, as those of @types/aws-lambda are
export type TriggerFunction = (event: any, context: any, callback: any) => unknown

/** Functions of the test that run as the triggers of user pools. Each name is one of LambdaConfig, its first letter small. */
export interface Triggers {
  preSignUp?: TriggerFunction
  postConfirmation?: TriggerFunction
  preAuthentication?: TriggerFunction
  postAuthentication?: TriggerFunction
  /** With the event of V1_0. One of the three at most. */
  preTokenGeneration?: TriggerFunction
  preTokenGenerationV2?: TriggerFunction
  preTokenGenerationV3?: TriggerFunction
  userMigration?: TriggerFunction
  customMessage?: TriggerFunction
  defineAuthChallenge?: TriggerFunction
  createAuthChallenge?: TriggerFunction
  verifyAuthChallengeResponse?: TriggerFunction
  inboundFederation?: TriggerFunction
  /** `request.plainCode`, which AWS does not have, is what `request.code` holds encrypted on AWS. */
  customEmailSender?: TriggerFunction
  customSMSSender?: TriggerFunction
}

export type TriggerName = keyof Triggers
