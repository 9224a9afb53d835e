import { flag, listOf, members, oneOf, type Shape, text, textMap, texts, values } from "./shapes.ts"

/**
 * The triggers that a pool asks and waits for, by their names in LambdaConfig, by which errors call them too: what the
 * event's `response` holds before the function has filled it, and what an answer may hold. Sources: the page of each
 * trigger in the Developer Guide ("Pre sign-up Lambda trigger" and its siblings); recorded events.
 */
export const TRIGGERS = {
  PreSignUp: {
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
    answer: members({ autoConfirmUser: flag, autoVerifyEmail: flag, autoVerifyPhone: flag }),
  },
  PostConfirmation: { response: {}, answer: members({}) },
  PreAuthentication: { response: {}, answer: members({}) },
  PostAuthentication: { response: {}, answer: members({}) },
  PreTokenGeneration: {
    response: { claimsOverrideDetails: null },
    answer: members({
      claimsOverrideDetails: members({
        claimsToAddOrOverride: textMap,
        claimsToSuppress: texts,
        groupOverrideDetails: members({ groupsToOverride: texts, iamRolesToOverride: texts, preferredRole: text }),
      }),
      claimsAndScopeOverrideDetails: members({
        idTokenGeneration: members({ claimsToAddOrOverride: values, claimsToSuppress: texts }),
        accessTokenGeneration: members({
          claimsToAddOrOverride: values,
          claimsToSuppress: texts,
          scopesToAdd: texts,
          scopesToSuppress: texts,
        }),
        groupOverrideDetails: members({ groupsToOverride: texts, iamRolesToOverride: texts, preferredRole: text }),
      }),
    }),
  },
  UserMigration: {
    response: {
      userAttributes: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
    },
    answer: members({
      userAttributes: textMap,
      finalUserStatus: oneOf("CONFIRMED", "RESET_REQUIRED"),
      messageAction: oneOf("SUPPRESS", "RESEND"),
      desiredDeliveryMediums: listOf("EMAIL", "SMS"),
      forceAliasCreation: flag,
      enableSMSMFA: flag,
    }),
  },
  CustomMessage: {
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
    answer: members({ smsMessage: text, emailMessage: text, emailSubject: text }),
  },
  DefineAuthChallenge: {
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
    answer: members({ challengeName: text, issueTokens: flag, failAuthentication: flag }),
  },
  CreateAuthChallenge: {
    response: { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
    answer: members({
      publicChallengeParameters: textMap,
      privateChallengeParameters: textMap,
      challengeMetadata: text,
    }),
  },
  VerifyAuthChallengeResponse: { response: { answerCorrect: null }, answer: members({ answerCorrect: flag }) },
  InboundFederation: { response: { userAttributesToMap: {} }, answer: members({ userAttributesToMap: textMap }) },
} as const satisfies Readonly<Record<string, { response: object; answer: Shape }>>

export type TriggerName = keyof typeof TRIGGERS

/** The `response` of an answer, by trigger. All of it may be left out or null. */
export interface Answers {
  PreSignUp: { autoConfirmUser?: boolean | null; autoVerifyEmail?: boolean | null; autoVerifyPhone?: boolean | null }
  PostConfirmation: object
  PreAuthentication: object
  PostAuthentication: object
  PreTokenGeneration: {
    claimsOverrideDetails?: ClaimsOverride | null
    claimsAndScopeOverrideDetails?: ClaimsAndScopeOverride | null
  }
  UserMigration: {
    userAttributes?: Record<string, string> | null
    finalUserStatus?: "CONFIRMED" | "RESET_REQUIRED" | null
    messageAction?: "SUPPRESS" | "RESEND" | null
    desiredDeliveryMediums?: ("EMAIL" | "SMS")[] | null
    forceAliasCreation?: boolean | null
    enableSMSMFA?: boolean | null
  }
  CustomMessage: { smsMessage?: string | null; emailMessage?: string | null; emailSubject?: string | null }
  DefineAuthChallenge: {
    challengeName?: string | null
    issueTokens?: boolean | null
    failAuthentication?: boolean | null
  }
  CreateAuthChallenge: {
    publicChallengeParameters?: Record<string, string> | null
    privateChallengeParameters?: Record<string, string> | null
    challengeMetadata?: string | null
  }
  VerifyAuthChallengeResponse: { answerCorrect?: boolean | null }
  InboundFederation: { userAttributesToMap?: Record<string, string> | null }
}

interface GroupOverride {
  groupsToOverride?: string[] | null
  iamRolesToOverride?: string[] | null
  preferredRole?: string | null
}

/** V1_0 */
export interface ClaimsOverride {
  claimsToAddOrOverride?: Record<string, string> | null
  claimsToSuppress?: string[] | null
  groupOverrideDetails?: GroupOverride | null
}

/** V2_0 and V3_0 */
export interface ClaimsAndScopeOverride {
  idTokenGeneration?: {
    claimsToAddOrOverride?: Record<string, unknown> | null
    claimsToSuppress?: string[] | null
  } | null
  accessTokenGeneration?: {
    claimsToAddOrOverride?: Record<string, unknown> | null
    claimsToSuppress?: string[] | null
    scopesToAdd?: string[] | null
    scopesToSuppress?: string[] | null
  } | null
  groupOverrideDetails?: GroupOverride | null
}
