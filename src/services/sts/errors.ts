import { WireError } from "../../wire/errors.ts"

export const validationError = (message: string) => new WireError("ValidationError", message)
const invalidParameter = (message: string) => new WireError("InvalidParameterValue", message)
const accessDenied = (message: string, because?: unknown) =>
  new WireError("AccessDenied", message, { status: 403, because })

/** Recorded 2025-07-21: `nothing-valid-in-here is invalid`. */
export const invalidArn = (arn: string) => validationError(`${arn} is invalid`)
export const rootMayNotAssume = () => accessDenied("Roles may not be assumed by root accounts.")
export const longerThanRole = () =>
  validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
/** UNVERIFIED text; the limit is in the IAM User Guide, "Role chaining". */
export const longerThanChain = () =>
  validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")

export const malformedPolicy = (message: string) => new WireError("MalformedPolicyDocument", message)
/** The percentage is the one that AWS's answer names, in the same sentence. */
export const packedPolicyTooLarge = (percent: number) =>
  new WireError(
    "PackedPolicyTooLarge",
    `Packed size of session policies and tags consumes ${percent}% of allotted space.`,
  )
export const tooManyPolicyArns = (limit: number) =>
  validationError(
    `1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
  )
/** UNVERIFIED text. */
export const policyArnNotFound = (arn: string) =>
  malformedPolicy(`The policy is not found or is not attachable: ${arn}`)

// Recorded 2025-04-10.
export const duplicateTagKeys = () =>
  invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
export const transitiveKeyWithoutTag = () =>
  invalidParameter("The specified transitive tag key must be included in the requested tags.")
export const transitiveKeyConflict = () =>
  invalidParameter(
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
  )
/** UNVERIFIED text. */
export const reservedTagKey = () => invalidParameter("Tag keys and values may not start with the reserved word aws:")

/** UNVERIFIED text; API Reference of AssumeRole: the value cannot be changed by chaining. */
export const sourceIdentityChanged = () =>
  accessDenied("The source identity of the calling session cannot be changed by role chaining.")

/** Reported; the same for a wrong code and for a device that does not exist. */
export const mfaFailed = () => accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")

export const invalidIdentityToken = (message: string, because?: unknown) =>
  new WireError("InvalidIdentityToken", message, { because })
/** Recorded; two spaces and all. */
export const noVerificationKey = (because?: unknown) =>
  invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    because,
  )
export const tokenExpired = (now: number, expiredAt: number) =>
  new WireError(
    "ExpiredTokenException",
    `Token expired: current date/time ${now} must be before the expiration date/time ${expiredAt}`,
  )
export const providerUnreachable = (because?: unknown) =>
  new WireError("IDPCommunicationError", "Couldn't communicate with the identity provider", { because })
export const notAuthorizedFor = (operation: string, because?: unknown) =>
  accessDenied(`Not authorized to perform sts:${operation}`, because)

/** API Reference of GetSessionToken and GetFederationToken: only a user or the root may call them. */
export const sessionMayNotCall = (operation: string) =>
  accessDenied(`Cannot call ${operation} with session credentials`)

export const invalidAuthorizationMessage = () =>
  new WireError("InvalidAuthorizationMessageException", "The authorization message is invalid.")
