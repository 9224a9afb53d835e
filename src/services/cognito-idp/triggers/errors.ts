import { WireError } from "../../../wire/errors.ts"

/** What a function said is its own: for `hallpass explain` it is told apart from what the server found wrong. */
const because = (trigger: string, source: string, found: string) => ({
  check: "the answer of a trigger",
  trigger,
  source,
  found,
})

/** The function threw, or answered an error. Source: "Customizing user pool workflows with Lambda triggers". */
export const triggerRefused = (trigger: string, source: string, message: string) =>
  new WireError("UserLambdaValidationException", `${trigger} failed with error ${message}.`, {
    because: because(trigger, source, `it failed: ${message}`),
  })

/** The function was not reached. Source: serverless-application-model issue 1253. */
export const triggerNotInvoked = (
  trigger: string,
  source: string,
  { code, message }: { code: string; message: string },
  between: { functionArn: string; poolArn: string },
) =>
  new WireError("UnexpectedLambdaException", `${trigger} invocation failed due to error ${code}.`, {
    because: { ...because(trigger, source, message), check: "the call of a trigger", code, ...between },
  })

/** Source: amazon-cognito-identity-dart-2 issue 204, sst issue 1815. */
export const triggerTooSlow = (trigger: string, source: string, tries: number) =>
  new WireError(
    "UnexpectedLambdaException",
    `${trigger} invocation failed due to error Socket timeout while invoking Lambda function.`,
    {
      because: {
        ...because(trigger, source, `no answer within 5 seconds, ${tries} times`),
        check: "the call of a trigger",
      },
    },
  )

/** The key of a custom sender cannot be used. UNVERIFIED code and text. */
export const codeNotEncrypted = (source: string, why: string) =>
  new WireError("CodeDeliveryFailureException", "Failed to encrypt the code for the custom sender.", {
    because: { check: "the key of custom senders", source, found: why },
  })

export const unrecognizableAnswer = (trigger: string, source: string, found: string, setting?: string) =>
  new WireError("InvalidLambdaResponseException", "Unrecognizable lambda output", {
    because: { ...because(trigger, source, found), setting },
  })
