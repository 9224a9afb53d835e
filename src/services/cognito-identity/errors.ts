import { WireError } from "../../wire/errors.ts"

const notAuthorized = (message: string, because?: unknown) =>
  new WireError("NotAuthorizedException", message, { because })
const invalidParameter = (message: string) => new WireError("InvalidParameterException", message)
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
/** Of SetIdentityPoolRoles (reported, boto3 issue 73). UNVERIFIED for a CustomRoleArn that the token does not have. */
export const roleForbidden = (role: string, because?: unknown) =>
  notAuthorized(`Access to Role '${role}' is forbidden.`, because)
export const invalidConfiguration = (because: unknown) =>
  new WireError(
    "InvalidIdentityPoolConfigurationException",
    "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    { because },
  )
export const classicFlowOff = () => invalidParameter("Basic (classic) flow is not enabled, please use enhanced flow.")
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
export const invalidPaging = () => invalidParameter("Invalid NextToken.")
export { conflict, invalidParameter, notAuthorized }
/** Source: reports of users ("Basic flow is not supported with RoleMappings"), 2019 on. */
export const classicFlowWithMappings = () =>
  invalidParameter("Basic flow is not supported with RoleMappings, please use enhanced flow.")
