import type { Caller } from "../../authentication/caller.ts"
import { WireError } from "../../wire/errors.ts"

export const validationError = (message: string) => new WireError("ValidationError", message)
const invalidParameter = (message: string) => new WireError("InvalidParameterValue", message)
/** Recorded 2022-05 of AssumeRole, 2024-02 of GetCallerIdentity: `Throttling`, status 400, from the sender. */
export const throttled = (because: unknown) => new WireError("Throttling", "Rate exceeded", { because })
const accessDenied = (message: string, because?: unknown) =>
  new WireError("AccessDenied", message, { status: 403, because })

/** Recorded 2025-07-21: `nothing-valid-in-here is invalid`. */
export const invalidArn = (arn: string) => validationError(`${arn} is invalid`)
export const rootMayNotAssume = () => accessDenied("Roles may not be assumed by root accounts.")
/** A role that is deleted between the decision and its use is refused like one that never was. */
export const roleVanished = (caller: Caller, roleArn: string) =>
  accessDenied(
    `User: ${caller.kind === "anonymous" ? "anonymous" : caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  )
export const longerThanRole = () =>
  validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
/** Reported in public threads; the limit is in the IAM User Guide, "Role chaining". */
export const longerThanChain = () =>
  validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")

export const malformedPolicy = (message: string) => new WireError("MalformedPolicyDocument", message)
/** Reported 2026 for tags: "Packed size of session tags consumes 498% of allotted space." */
export const packedPolicyTooLarge = (percent: number, hasPolicies: boolean, hasTags: boolean) => {
  const what = hasPolicies ? (hasTags ? "session policy and tags" : "session policy") : "session tags"
  return new WireError("PackedPolicyTooLarge", `Packed size of ${what} consumes ${percent}% of allotted space.`)
}
export const policyTooLong = (limit: number) =>
  validationError(
    `1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to ${limit}`,
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

/** Reported in public issue threads, two spaces and all. */
export const unknownMfaDevice = () =>
  accessDenied(
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
  )
export const halfMfa = () =>
  accessDenied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
/** Reported in public issue threads. */
export const wrongMfaCode = () => accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.")
/** UNVERIFIED text. */
export const contextsNotTrusted = () =>
  new WireError("ValidationError", "ProvidedContexts are not accepted: no context provider is trusted.")

export const invalidIdentityToken = (message: string, because?: unknown) =>
  new WireError("InvalidIdentityToken", message, { because })
/** Reported in public issue threads. */
export const notAJwt = (because?: unknown) =>
  invalidIdentityToken(
    "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    because,
  )
export const oauthTokenRefused = (provider: string) =>
  invalidIdentityToken(`Access tokens of ${provider} are not accepted: only OpenID Connect ID tokens are.`)
export const missingClaim = (claim: string) => invalidIdentityToken(`Missing a required claim: ${claim}`)
export const unknownProvider = (issuer: string) =>
  invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer}`)
export const wrongAudience = (because: unknown) => invalidIdentityToken("Incorrect token audience", because)
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
/** Reported in public issue threads, of a token that was not to end for days. */
export const tokenTooOld = (age: number) => new WireError("ExpiredTokenException", `Token too old: ${age}`)
export const providerUnreachable = (because?: unknown) =>
  new WireError("IDPCommunicationError", "Couldn't communicate with the identity provider", { because })
export const notAuthorizedFor = (operation: string, because?: unknown) =>
  accessDenied(`Not authorized to perform sts:${operation}`, because)

/** API Reference of GetSessionToken and GetFederationToken: only a user or the root may call them. */
export const sessionMayNotCall = (operation: string) =>
  accessDenied(`Cannot call ${operation} with session credentials`)

/** UNVERIFIED text, but for those two operations. */
export const federatedMayNotCall = (operation: string) =>
  operation === "AssumeRole"
    ? accessDenied("Roles may not be assumed by federated users.")
    : sessionMayNotCall(operation)

export const invalidAuthorizationMessage = () =>
  new WireError("InvalidAuthorizationMessageException", "Message is not valid")

/** UNVERIFIED text. */
export const unknownAccessKey = (accessKeyId: string) =>
  validationError(`The access key ID ${accessKeyId} is not valid.`)

/** IAM User Guide, "Troubleshoot SAML federation with IAM": "Specified provider doesn't exist". */
export const noSamlProvider = (because: unknown) => invalidIdentityToken("Specified provider doesn't exist", because)
/** IAM User Guide, "Troubleshoot SAML federation with IAM". */
export const samlExpired = (because: unknown) =>
  new WireError("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance", { because })
