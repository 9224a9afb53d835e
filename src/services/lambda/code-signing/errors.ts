import { WireError } from "../../../wire/errors.ts"
import { conflict, user } from "../errors.ts"

/** Recorded 2025-11 without a `Type`; Lambda's errors of this name have their text under `Message`. */
export function configNotFound(arn: string): WireError {
  const Message = `The Lambda code signing configuration ${arn} can not be found.`
  return new WireError("ResourceNotFoundException", Message, { status: 404, members: { Message } })
}
export const configToUseNotFound = (arn: string): WireError =>
  user(
    "CodeSigningConfigNotFoundException",
    `The code signing configuration cannot be found. Check that the provided configuration is not deleted: ${arn}.`,
    { status: 404 },
  )
/** UNVERIFIED text. */
export const configInUse = (): WireError =>
  conflict("Cannot delete a code signing configuration that functions use. Remove it from them first.")

/**
 * The text is quoted by many who met it (aws/aws-cdk issue 29474, aws/aws-sam-cli issue 2424); UNVERIFIED that its code is this
 * of the two that the model has for code.
 */
export const codeNotSigned = (functionName: string): WireError =>
  user(
    "CodeVerificationFailedException",
    `Lambda cannot deploy the function. The function or layer might be signed using a signature that the client is not configured to accept. Check the provided signature for ${functionName}.`,
    {
      because: {
        check: "signature of code",
        expected: "code that AWS Signer signed",
        found: "code without a signature",
      },
    },
  )
