import { type MasterKey, openText, seal, UnsealError } from "../../../base/master-key.ts"
import { environmentTooLarge, reservedVariables } from "../errors.ts"

export type Variables = Readonly<Record<string, string>>

/** Developer Guide, "Lambda quotas": of all variables together, as JSON. */
const BYTES_AT_MOST = 4 * 1024

/** Developer Guide, "Defined runtime environment variables"; the rest may be set. */
const RESERVED: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
])

/** Throws for names that are Lambda's own, and for more than it holds. */
export function assertVariables(variables: Variables): void {
  const reserved = Object.keys(variables).filter((key) => RESERVED.has(key))
  if (reserved.length > 0) throw reservedVariables(reserved)
  const measured = JSON.stringify(variables)
  if (Buffer.byteLength(measured) > BYTES_AT_MOST) throw environmentTooLarge(measured)
}

const PURPOSE = "lambda.environment"

/**
 * Variables often are secrets: they lie sealed, together with the id of their function, so that nobody who can write into
 * the database gives them to another one.
 */
export const sealVariables = (masterKey: MasterKey, functionId: string, variables: Variables): string =>
  seal(masterKey, PURPOSE, JSON.stringify([functionId, variables])).toString("base64")

export function openVariables(masterKey: MasterKey, functionId: string, sealed: string): Record<string, string> {
  const opened = JSON.parse(openText(masterKey, PURPOSE, Buffer.from(sealed, "base64")))
  const [of, variables] = opened as [string, Record<string, string>]
  if (of !== functionId) throw new UnsealError(PURPOSE)
  return variables
}
