import { WireError } from "../../../wire/errors.ts"
import { conflict, notFound, validation } from "../errors.ts"

export const functionDoesNotExist = (): WireError => notFound("Function does not exist")
/** The two blanks are AWS's (recorded 2025-11). */
export const urlExists = (arn: string): WireError =>
  conflict(
    `Failed to create function url config for [functionArn = ${arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
  )
export const noUrlQualifier = (qualifier: string): WireError =>
  validation(
    `Value '${qualifier}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)`,
  )

/** All that a caller of a URL is told who may not call it, or whose URL is nobody's (recorded 2025-11). */
export function forbidden(because?: unknown): WireError {
  const text =
    "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
  return new WireError("AccessDeniedException", text, { status: 403, because })
}
