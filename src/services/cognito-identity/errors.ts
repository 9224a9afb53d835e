import { WireError } from "../../wire/errors.ts"

const notAuthorized = (message: string, because?: unknown) =>
  new WireError("NotAuthorizedException", message, { because })
const invalidParameter = (message: string, because?: unknown) =>
  new WireError("InvalidParameterException", message, { because })
const conflict = (message: string, because?: unknown) =>
  new WireError("ResourceConflictException", message, { because })

// Sources: recorded answers and reports of users, gathered 2026, unless said otherwise.
export const poolNotFound = (id: string) =>
  new WireError("ResourceNotFoundException", `IdentityPool '${id}' not found.`)
export const identityNotFound = (id: string) =>
  new WireError("ResourceNotFoundException", `Identity '${id}' not found.`)
export const unsupportedProvider = (because: unknown) =>
  notAuthorized("Token is not from a supported provider of this identity pool.", because)
export const noGuests = () =>
  notAuthorized("Unauthenticated access is not supported for this identity pool.", {
    check: "AllowUnauthenticatedIdentities",
    found: false,
  })
export const identityForbidden = (id: string, because: unknown) =>
  notAuthorized(`Access to Identity '${id}' is forbidden.`, because)
export const loginsDoNotMatch = (because: unknown) =>
  notAuthorized(
    "Logins don't match. Please include at least one valid login for this identity or identity pool.",
    because,
  )
export const invalidLoginToken = (detail: string, because?: unknown) =>
  notAuthorized(`Invalid login token. ${detail}`, because)
export const ambiguousRole = (because: unknown) =>
  notAuthorized("The ambiguous role mapping rules denied this request.", because)
/** Of SetIdentityPoolRoles, for what is no role of the account (reported 2015 to 2017). UNVERIFIED for a CustomRoleArn that
 * the token does not have. */
export const roleForbidden = (role: string, because?: unknown) =>
  notAuthorized(`Access to Role '${role}' is forbidden.`, because)
/** Reported 2020 (aws-cdk issue 7670). */
export const unknownMappedProvider = (provider: string) =>
  invalidParameter(`${provider} is not a valid RoleMapping ProviderName or is not a configured provider.`)
export const invalidConfiguration = (because: unknown) =>
  new WireError(
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    { because },
  )
export const classicFlowOff = (because: unknown) =>
  invalidParameter("Basic (classic) flow is not enabled, please use enhanced flow.", because)
/** Reported 2016 and 2018: a token of GetOpenIdTokenForDeveloperIdentity where only a provider's own will do. */
export const cognitoTokenRefused = () =>
  invalidLoginToken("Can't pass in a Cognito token.", { login: "cognito-identity.amazonaws.com" })
/** Source: API Reference, "CreateIdentityPool". UNVERIFIED: the text. */
export const developerProviderImmutable = () =>
  invalidParameter("Developer provider name cannot be changed once it has been set.")
/** API Reference, "ResourceConflictException": a login that is linked to another account. UNVERIFIED: the text. */
export const loginLinkedElsewhere = (because: unknown) =>
  conflict("Logins are already linked to a different identity.", because)
/** API Reference, "DeveloperUserAlreadyRegisteredException". UNVERIFIED: the text. */
export const developerUserTaken = () =>
  new WireError(
    "DeveloperUserAlreadyRegisteredException",
    "The developer user identifier is already associated with another identity.",
  )
/** API Reference, "ExternalServiceException". UNVERIFIED: the text. */
export const providerNotResponding = (login: string, because: unknown) =>
  new WireError("ExternalServiceException", `The login provider ${login} is not responding.`, { because })
/** Of quotas. UNVERIFIED: the texts. */
export const tooManyTags = () => invalidParameter("Too many tags.")
export const reservedTagKey = () => invalidParameter("Tag keys that begin with aws: are reserved.")
export const tooManyUserPools = (limit: number) =>
  new WireError("LimitExceededException", `An identity pool has at most ${limit} Cognito user pool providers.`)
/** API Reference, "LimitExceededException". UNVERIFIED: the text. */
export const tooManyLogins = (limit: number) =>
  new WireError("LimitExceededException", `An identity has at most ${limit} linked logins.`)
/** API Reference, "ResourceNotFoundException". UNVERIFIED: the text. */
export const developerUserNotFound = (because: unknown) =>
  new WireError("ResourceNotFoundException", "Developer user identifier is not registered.", { because })
/** Reported 2016. UNVERIFIED: the code. */
export const unknownDeveloperProvider = (expected: string | undefined, given: readonly string[]) =>
  invalidParameter("This identity pool does not support the specified developer provider", {
    check: "DeveloperProviderName",
    expected: expected ?? null,
    given,
  })
export const invalidPaging = () => invalidParameter("Invalid NextToken.")
export { conflict, invalidParameter, notAuthorized }
/** Reported 2019 and 2022. */
export const classicFlowWithMappings = (because: unknown) =>
  invalidParameter("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.", because)
/** Recorded 2016. */
export const classicFlowWithSaml = () =>
  invalidParameter("Basic (classic) flow is not supported with SAML, please use enhanced flow.")
