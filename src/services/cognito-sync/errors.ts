import { WireError } from "../../wire/errors.ts"

// Codes and statuses: the model of 2014-06-30. No recorded answer is known: all texts but the first words of a conflict,
// by which AWS's clients know one, are UNVERIFIED.
const notAuthorized = (message: string, because: unknown) =>
  new WireError("NotAuthorizedException", message, { status: 403, because })
const notFound = (message: string) => new WireError("ResourceNotFoundException", message, { status: 404 })
const limitExceeded = (message: string) => new WireError("LimitExceededException", message)

export const invalidParameter = (message: string, because?: unknown) =>
  new WireError("InvalidParameterException", message, { because })
export const wrongCredentials = (because: unknown) =>
  notAuthorized("This operation cannot be called with these credentials.", because)
export const notOfIdentity = (because: unknown) =>
  notAuthorized("Access to this identity is forbidden with these credentials.", because)
export const poolNotFound = (id: string) => notFound(`IdentityPool '${id}' not found.`)
export const identityNotFound = (id: string) => notFound(`Identity '${id}' not found.`)
export const datasetNotFound = (name: string) => notFound(`Dataset '${name}' not found.`)
export const deviceNotFound = (id: string) => notFound(`Device '${id}' not found.`)
export const invalidPaging = () => invalidParameter("Invalid NextToken.")
export const invalidSession = (because: unknown) => notAuthorized("Invalid SyncSessionToken.", because)
export const syncConflict = (key: string, current: number) =>
  new WireError("ResourceConflictException", `Current SyncCount for: ${key} is: ${current}`, { status: 409 })
export const tooManyDatasets = (limit: number) => limitExceeded(`An identity has at most ${limit} datasets.`)
export const tooManyRecords = (limit: number) => limitExceeded(`A dataset has at most ${limit} records.`)
export const datasetTooLarge = (limit: number) => limitExceeded(`A dataset has at most ${limit} bytes.`)
export const recordTooLong = (what: string, limit: number) =>
  limitExceeded(`The ${what} of a record has at most ${limit} bytes.`)
export const invalidConfiguration = (message: string, because: unknown) =>
  new WireError("InvalidConfigurationException", message, { because })
export const invalidFunctionOutput = (because: unknown) =>
  new WireError("InvalidLambdaFunctionOutputException", "Unrecognizable lambda output", { because })
export const functionThrottled = () =>
  new WireError("LambdaThrottledException", "The function of the sync trigger is throttled.", { status: 429 })
export const functionFailed = (because: unknown) =>
  invalidParameter("The function of the sync trigger failed or could not be invoked.", because)
