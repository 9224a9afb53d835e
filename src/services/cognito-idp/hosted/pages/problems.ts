import { WireError } from "../../../../wire/errors.ts"
import { en } from "./languages/en.ts"
import type { Texts } from "./languages/index.ts"

type ErrorTexts = Texts["errors"]
type Sentence = { [K in keyof ErrorTexts]: ErrorTexts[K] extends string ? K : never }[keyof ErrorTexts]

/**
 * What is said of the API's refusals, by their code and, where one code stands for several, by what its text has. The first
 * that fits counts. No sentence tells more of who is a user than the API does.
 */
const SENTENCES: readonly (readonly [code: string, text: RegExp, sentence: Sentence])[] = [
  ["NotAuthorizedException", /Incorrect username or password/, "wrongPassword"],
  ["NotAuthorizedException", /attempts exceeded/i, "attempts"],
  ["NotAuthorizedException", /disabled/, "disabled"],
  ["NotAuthorizedException", /Temporary password has expired/, "temporaryExpired"],
  // Whoever has no right code hears no more than of a name that nobody has.
  ["NotAuthorizedException", /cannot be confirmed/, "wrongCode"],
  ["NotAuthorizedException", /[Ss]ession/, "expired"],
  ["NotAuthorizedException", /SignUp is not permitted/, "noSignUp"],
  ["NotAuthorizedException", /reset/, "noReset"],
  ["UserNotFoundException", /./, "noUser"],
  ["UserNotConfirmedException", /./, "notConfirmed"],
  ["PasswordResetRequiredException", /./, "resetRequired"],
  ["CodeMismatchException", /./, "wrongCode"],
  ["EnableSoftwareTokenMFAException", /./, "wrongCode"],
  ["ExpiredCodeException", /software token/, "usedCode"],
  ["ExpiredCodeException", /./, "expiredCode"],
  ["LimitExceededException", /./, "attempts"],
  ["TooManyRequestsException", /./, "tooMany"],
  ["UsernameExistsException", /given email/, "emailExists"],
  ["UsernameExistsException", /given phone/, "phoneExists"],
  ["UsernameExistsException", /./, "userExists"],
  ["AliasExistsException", /email/, "emailExists"],
  ["AliasExistsException", /phone/, "phoneExists"],
  ["AliasExistsException", /./, "userExists"],
  ["InvalidPasswordException", /./, "passwordPolicy"],
  ["PasswordHistoryPolicyViolationException", /./, "passwordUsed"],
  ["InvalidParameterException", /Invalid email address/, "email"],
  ["InvalidParameterException", /Invalid phone number/, "phone"],
  ["InvalidParameterException", /Cannot reset password/, "noReset"],
]

export interface Problem {
  text: string
  refusal: WireError
  /** Undefined where the text is somebody else's. */
  sentence: Sentence | undefined
}

/** A refusal of the API in words of the page's language. Throws what is no refusal but a defect. */
export function describeProblem({ errors }: Texts, error: unknown): Problem {
  if (!(error instanceof WireError)) throw error
  const { code, message } = error
  const sentence = SENTENCES.find(([known, text]) => known === code && text.test(message))?.[2]
  return { text: sentence ? errors[sentence] : textOf(errors, error), refusal: error, sentence }
}

function textOf(errors: ErrorTexts, { code, message }: WireError): string {
  // The words of the pool's functions.
  if (code === "UserLambdaValidationException") return message
  if (code !== "InvalidParameterException") return errors.unknown
  // AWS's, of a form that breaks some rule of the pool's; those of the model's limits are for programmers.
  return /validation error/.test(message) ? errors.invalid : `${errors.invalid} (${message.trim()})`
}

/** A refusal of the page's own, before the API was asked. */
export const ownProblem = (texts: Texts, sentence: Sentence): Problem => ({
  text: texts.errors[sentence],
  refusal: new WireError("InvalidParameterException", en.errors[sentence]),
  sentence,
})

/** A field that was left empty. */
export const missing = ({ errors }: Texts, label: string): Problem => ({
  text: errors.missing(label),
  refusal: new WireError("InvalidParameterException", en.errors.missing(label)),
  sentence: "invalid",
})
