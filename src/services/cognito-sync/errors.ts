import { WireError } from "../../wire/errors.ts"

// Codes and statuses: the model of 2014-06-30. Where no date is given no recorded answer is known, and the texts are UNVERIFIED.
const notAuthorized = (message: string, because: unknown) =>
  new WireError("NotAuthorizedException", message, { status: 403, because })
const notFound = (message: string) => new WireError("ResourceNotFoundException", message, { status: 404 })
const limitExceeded = (message: string) => new WireError("LimitExceededException", message)

export const invalidParameter = (message: string, because?: unknown) =>
  new WireError("InvalidParameterException", message, { because })
/** Recorded 2015-02 (aws-sdk-php issue 494). */
const NOT_VALID = "These credentials are not valid for accessing this resource"
export const wrongCredentials = (because: unknown) => notAuthorized(NOT_VALID, because)
export const notOfIdentity = (because: unknown) => notAuthorized(NOT_VALID, because)
export const poolNotFound = (id: string) => notFound(`IdentityPool '${id}' not found.`)
export const identityNotFound = (id: string) => notFound(`Identity '${id}' not found.`)
export const datasetNotFound = (name: string) => notFound(`Dataset '${name}' not found.`)
export const deviceNotFound = (id: string) => notFound(`Device '${id}' not found.`)
export const invalidPaging = () => invalidParameter("Invalid NextToken.")
/** Recorded 2019-07 (complete-aws-iam-reference issue 65). */
export const invalidSession = (because: unknown) =>
  invalidParameter("SyncSessionToken not valid for these inputs", because)
/** Recorded 2016-06 (aws-sdk-net issue 391) and 2024-03 (aws-sdk-android issue 3515). */
export const syncConflict = (key: string, current: number, given: number) =>
  new WireError("ResourceConflictException", `Current SyncCount for: ${key} is: ${current} not: ${given}`, {
    status: 409,
    because: { check: "SyncCount", expected: current, found: given, key },
  })
export const tooManyDatasets = (limit: number) => limitExceeded(`An identity has at most ${limit} datasets.`)
export const tooManyRecords = (limit: number) => limitExceeded(`A dataset has at most ${limit} records.`)
export const datasetTooLarge = (limit: number) => limitExceeded(`A dataset has at most ${limit} bytes.`)
export const recordTooLong = (what: string, limit: number) =>
  limitExceeded(`The ${what} of a record has at most ${limit} bytes.`)
export const invalidConfiguration = (message: string, because: unknown) =>
  new WireError("InvalidConfigurationException", message, { because })
/** Model: "The AWS Lambda function returned invalid output or an exception." */
export const invalidFunctionOutput = (because: unknown) =>
  new WireError("InvalidLambdaFunctionOutputException", "The AWS Lambda function returned invalid output.", { because })
export const functionFailed = (because: unknown) =>
  new WireError("InvalidLambdaFunctionOutputException", "The AWS Lambda function returned an exception.", { because })
/** Developer Guide, "Amazon Cognito Events": the function has 5 seconds; API reference, "UpdateRecords": the status. */
export const functionLate = (because: unknown) =>
  new WireError("LambdaSocketTimeoutException", "The AWS Lambda function did not respond within 5 seconds.", {
    because,
  })
/** Model: "AWS Lambda throttled your account, please contact AWS Support". */
export const functionThrottled = (because: unknown) =>
  new WireError("LambdaThrottledException", "AWS Lambda throttled your account, please contact AWS Support.", {
    status: 429,
    because,
  })
export const functionUnreachable = (because: unknown) =>
  invalidParameter("The AWS Lambda function of the sync trigger could not be invoked.", because)
export const alreadyPublishing = (because: unknown) =>
  new WireError("DuplicateRequestException", "A bulk publish operation is already in progress.", { because })
export const alreadyPublished = (because: unknown) =>
  new WireError("AlreadyStreamedException", "A bulk publish operation was successful in the last 24 hours.", {
    because,
  })
