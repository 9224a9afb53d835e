import type { WireError } from "../../../wire/errors.ts"
import { bareInvalidParameter, conflict, invalidParameter, user } from "../errors.ts"

// Recorded 2025-11, the blanks too.

export const functionsOnly = (): WireError =>
  invalidParameter(
    "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
  )
export const tooFewUnreserved = (
  what: "ReservedConcurrentExecutions" | "ConcurrentExecutions",
  least: number,
): WireError =>
  bareInvalidParameter(
    `Specified ${what} for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`,
  )
export const moreThanUnreserved = (unreserved: number): WireError =>
  bareInvalidParameter(
    `Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [${unreserved}].`,
  )
export const lessThanProvisioned = (reserved: number, provisioned: number): WireError =>
  bareInvalidParameter(
    ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`,
  )
export const moreThanReserved = (): WireError =>
  invalidParameter(
    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
  )
export const unpublishedNotProvisioned = (): WireError =>
  invalidParameter("Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
export const aliasOrVersionNeeded = (): WireError =>
  invalidParameter("The function resource provided must be an alias or a published version.")
export const provisionedConfigNotFound = (): WireError =>
  user("ProvisionedConcurrencyConfigNotFoundException", "No Provisioned Concurrency Config found for this function", {
    status: 404,
  })
export const versionAlreadyProvisioned = (): WireError =>
  conflict("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version")
export const versionProvisionedByAlias = (): WireError =>
  conflict("Version is pointed by a Provisioned Concurrency alias")
