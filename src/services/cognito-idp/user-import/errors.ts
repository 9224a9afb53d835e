import { WireError } from "../../../wire/errors.ts"

// UNVERIFIED: all texts of this file; the codes are in the API reference.
export const importInProgress = () =>
  new WireError("UserImportInProgressException", "A user import job is in progress for the user pool.")
export const jobNotFound = () => new WireError("ResourceNotFoundException", "User import job does not exist.")
export const preconditionNotMet = (message: string) => new WireError("PreconditionNotMetException", message)
export const tooManyJobs = () =>
  new WireError("LimitExceededException", "The user pool has had the most import jobs that a pool may have.")
