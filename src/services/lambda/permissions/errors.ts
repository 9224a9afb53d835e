import type { WireError } from "../../../wire/errors.ts"
import { conflict, invalidParameter, notFound, user } from "../errors.ts"

// Recorded 2025-11, unless something else is said.

export const invalidPrincipal = (): WireError =>
  invalidParameter("The provided principal was invalid. Please check the principal and try again.")
export const latestHasNoPolicy = (): WireError =>
  invalidParameter("We currently do not support adding policies for $LATEST.")
export const statementExists = (id: string): WireError =>
  conflict(
    `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
  )
export const statementNotFound = (id: string): WireError => notFound(`Statement ${id} is not found in resource policy.`)
/** RemovePermission of a function that is not there. */
export const noPolicyFor = (arn: string): WireError => notFound(`No policy found for: ${arn}`)
export const noPolicy = (): WireError => notFound("No policy is associated with the given resource.")
/** Quoted by many who met it (adobe/helix-deploy issue 24). */
export const policyTooLong = (bytes: number, most: number): WireError =>
  user("PolicyLengthExceededException", `The final policy size (${bytes}) is bigger than the limit (${most}).`)
