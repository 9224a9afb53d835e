import { WireError } from "../../wire/errors.ts"
import type { Item } from "./values/attribute-value.ts"

/** Most of what DynamoDB refuses is a `ValidationException` with a text of its own, written where it is found. */
export const invalid = (message: string): WireError => new WireError("ValidationException", message)

export const invalidParameter = (detail: string): WireError =>
  invalid(`One or more parameter values were invalid: ${detail}`)

/** A setting that would be an empty promise, in the words of operations that are not built. */
export const notBuilt = (what: string, more = ""): WireError =>
  new WireError("NotImplemented", `Hallpass does not implement ${what} yet.${more}`, {
    status: 501,
    because: { check: "what is built", service: "dynamodb" },
  })

/** Data plane: the table is not named. */
export const resourceNotFound = (): WireError =>
  new WireError("ResourceNotFoundException", "Requested resource not found")

/** Control plane. */
export const tableNotFound = (name: string): WireError =>
  new WireError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`)

/** TagResource, UntagResource and ListTagsOfResource, whose tables are named by ARN. */
export const resourceArnNotFound = (arn: string): WireError =>
  new WireError("ResourceNotFoundException", `Requested resource not found: ResourceArn: ${arn} not found`)

export const tableExists = (name: string): WireError =>
  new WireError("ResourceInUseException", `Table already exists: ${name}`)

export const indexNotFound = (index: string, table: string): WireError =>
  new WireError("ResourceNotFoundException", `Requested resource not found: Index ${index} for table ${table}`)

/** Control plane, of a table that is in a state of passage (hashicorp/terraform-provider-aws #3355). */
export const tableInUse = (name: string, what: "created" | "deleted"): WireError =>
  new WireError(
    "ResourceInUseException",
    `Attempt to change a resource which is still in use: Table is being ${what}: ${name}`,
  )

/** The two blanks are AWS's (hashicorp/terraform #9559). */
export const indexInUse = (table: string, index: string, what: "created" | "deleted"): WireError =>
  new WireError(
    "ResourceInUseException",
    `Attempt to change a resource which is still in use: Index is being ${what}.  Table: ${table} Index: ${index}`,
  )

export const limitExceeded = (message: string): WireError => new WireError("LimitExceededException", message)

/**
 * `item` is what ReturnValuesOnConditionCheckFailure asks for: members of errors go out as they are, as items are kept.
 * Beside an item the text is under `Message` (recorded 10-2025).
 */
export function conditionFailed(item?: Item): WireError {
  const message = "The conditional request failed"
  return new WireError("ConditionalCheckFailedException", message, {
    members: item === undefined ? {} : { Message: message, Item: item },
  })
}

export const keyMismatch = (): WireError => invalid("The provided key element does not match the schema")

export const tooDeeplyNested = (): WireError =>
  invalid(
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  )

export const itemTooLarge = (): WireError => invalid("Item size has exceeded the maximum allowed size")

export const updatedItemTooLarge = (): WireError => invalid("Item size to update has exceeded the maximum allowed size")

export const policyNotFound = (detail: string): WireError =>
  new WireError("PolicyNotFoundException", `Resource-based policy not found for the provided ResourceArn: ${detail}`)

export const idempotentParameterMismatch = (): WireError =>
  new WireError(
    "IdempotentParameterMismatchException",
    "The specified client token is associated with a different request",
  )

export interface CancellationReason {
  Code: string
  Message?: string
  Item?: Item
}

/** The text is under `Message`, as the error's model has it. */
export function transactionCanceled(reasons: readonly CancellationReason[]): WireError {
  const codes = reasons.map(({ Code }) => Code).join(", ")
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  return new WireError("TransactionCanceledException", message, {
    members: { CancellationReasons: reasons, Message: message },
  })
}
