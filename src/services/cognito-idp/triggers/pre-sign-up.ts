import { invalidParameter } from "../errors.ts"
import type { Attributes } from "../users/attributes.ts"
import { clientMetadataOf, type Occasion } from "./event.ts"
import { runTrigger } from "./run.ts"

/** Somebody who is about to become a user. */
export interface Newcomer {
  userName: string
  attributes: Attributes
  /** Null where a sign-up brings none; an external provider's have an empty object. */
  validationData: Record<string, string> | null
}

export interface Verdict {
  isConfirmed: boolean
  /** Which of the attributes count as verified. */
  verified: readonly ("email" | "phone_number")[]
}

const NOTHING: Verdict = { isConfirmed: false, verified: [] }

/**
 * PreSignUp: may refuse whoever is to be a user; of who signs up by themselves also confirm them and verify their addresses. What it
 * says so of who is made by an administrator is passed over. Source: "Pre sign-up Lambda trigger", response parameters.
 */
export async function askPreSignUp(
  occasion: Occasion,
  source: "PreSignUp_SignUp" | "PreSignUp_AdminCreateUser" | "PreSignUp_ExternalProvider",
  { userName, attributes, validationData }: Newcomer,
): Promise<Verdict> {
  const answer = await runTrigger(occasion, "PreSignUp", {
    source,
    userName,
    request: { userAttributes: attributes, validationData, ...clientMetadataOf(occasion) },
  })
  if (answer === undefined || source === "PreSignUp_AdminCreateUser") return NOTHING
  const verified = [
    ...(answer.autoVerifyEmail ? (["email"] as const) : []),
    ...(answer.autoVerifyPhone ? (["phone_number"] as const) : []),
  ]
  for (const name of verified)
    if (!attributes[name]) throw invalidParameter(`User has no ${name} that could be verified automatically.`) // UNVERIFIED text
  return { isConfirmed: answer.autoConfirmUser === true, verified }
}

export const verify = (attributes: Attributes, { verified }: Verdict): Attributes => ({
  ...attributes,
  ...Object.fromEntries(verified.map((name) => [`${name}_verified`, "true"])),
})

/** `ValidationData` as the event has it. */
export const validationDataOf = (
  list: readonly { Name?: string | undefined; Value?: string | undefined }[] | undefined,
): Record<string, string> | null =>
  list === undefined ? null : Object.fromEntries(list.map(({ Name, Value = "" }) => [Name, Value]))
