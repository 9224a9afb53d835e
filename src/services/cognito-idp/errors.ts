import { WireError } from "../../wire/errors.ts"

// Each text that this service answers, once. Where AWS has one text under several codes, the code is in the name.

// Pools and clients
export const userPoolNotFound = (id: string) =>
  new WireError("ResourceNotFoundException", `User pool ${id} does not exist.`)
export const clientNotFound = (id: string) =>
  new WireError("ResourceNotFoundException", `User pool client ${id} does not exist.`)
export const groupNotFound = () => new WireError("ResourceNotFoundException", "Group not found.")
export const groupExists = () => new WireError("GroupExistsException", "A group with the name already exists.")
export const deletionProtected = () =>
  new WireError(
    "InvalidParameterException",
    "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.",
  )
export const invalidParameter = (message: string) => new WireError("InvalidParameterException", message)
export const invalidPagingToken = () => invalidParameter("Invalid pagination token.") // UNVERIFIED
/** Reported in public issue threads for threat protection. UNVERIFIED: the names of other features. */
export const tierLacksFeature = (tier: string, feature: string) =>
  new WireError(
    "FeatureUnavailableInTierException",
    `The following features need to be disabled for the ${tier} pricing tier configured: ${feature}`,
  )
export const userPoolTagging = (message: string) => new WireError("UserPoolTaggingException", message)
/** What is part of AWS's service and is not yet part of this one: refused, so that nobody relies on it. */
export const notSupportedHere = (what: string) =>
  new WireError("OperationNotEnabledException", `${what} is not supported by this server.`)

export const clientSecretNotFound = (id: string) =>
  new WireError("ResourceNotFoundException", `Client secret ${id} does not exist.`) // UNVERIFIED
export const tooManyClientSecrets = () =>
  new WireError("LimitExceededException", "A client can have two secrets at most.") // UNVERIFIED
/** That it is refused: DeleteUserPoolClientSecret. */
export const lastClientSecret = () => invalidParameter("The last secret of a client cannot be deleted.") // UNVERIFIED

// Domains, resource servers, identity providers
export const domainTaken = () => invalidParameter("Domain already associated with another user pool.")
export const poolHasDomain = () => invalidParameter("User pool already has a domain configured.") // UNVERIFIED
export const noSuchDomain = () => invalidParameter("No such domain or user pool exists.") // UNVERIFIED
export const domainConfigured = () =>
  invalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.")
export const domainMissing = () => invalidParameter("There has to be an existing domain associated with this user pool") // UNVERIFIED
export const resourceServerExists = (identifier: string, poolId: string) =>
  invalidParameter(`${identifier} already exists in user pool ${poolId}.`) // UNVERIFIED
export const resourceServerNotFound = (identifier: string) =>
  new WireError("ResourceNotFoundException", `Resource server ${identifier} does not exist.`) // UNVERIFIED
export const providerExists = (name: string) =>
  new WireError("DuplicateProviderException", `A provider with the name ${name} already exists.`) // UNVERIFIED
export const identityProviderNotFound = (name: string) =>
  new WireError("ResourceNotFoundException", `Identity provider ${name} does not exist.`) // UNVERIFIED
export const identifierNotFound = (identifier: string) =>
  new WireError("ResourceNotFoundException", `Identity provider with identifier ${identifier} does not exist.`) // UNVERIFIED
export const tooManyProviders = (limit: number) =>
  new WireError("LimitExceededException", `The number of identity providers cannot exceed ${limit}.`) // UNVERIFIED text
export const duplicateIdentifier = (identifier: string) =>
  invalidParameter(`The identifier ${identifier} is another identity provider's.`) // UNVERIFIED
/** Reported in public repositories. */
export const alreadyLinked = () => invalidParameter("SourceUser is already linked to DestinationUser")
/** Of a provider's user who has signed in before. Reported in public issue threads. */
export const alreadySignedUp = () =>
  invalidParameter(
    "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
  )
export const tooManyLinks = (limit: number) =>
  new WireError("LimitExceededException", `A user can be linked to ${limit} identities at most.`) // UNVERIFIED text
export const tooManyLinkAttributes = (limit: number) =>
  new WireError("LimitExceededException", `The users of a provider can be linked by ${limit} attributes at most.`) // UNVERIFIED text
/** Source: amplify-js issue 13334. */
export const notALinkSource = () =>
  invalidParameter(
    "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser",
  )
/** Source: terraform-aws-cognito-user-pool issue 71 and awsdocs/aws-cloudformation-user-guide issue 564. */
export const providerOfClientNotFound = (name: string, poolId: string) =>
  invalidParameter(`The provider ${name} does not exist for User Pool ${poolId}.`)
export const scopeNotFound = (scope: string) =>
  new WireError("ScopeDoesNotExistException", `Invalid scope requested: ${scope}`)
export const invalidOAuthFlow = (message: string) => new WireError("InvalidOAuthFlowException", message)

// Styles of the sign-in pages
export const brandingExists = () =>
  new WireError(
    "ManagedLoginBrandingExistsException",
    "A managed login branding style already exists for this app client.", // UNVERIFIED
  )
export const brandingNotFound = (id: string) =>
  new WireError("ResourceNotFoundException", `Managed login branding ${id} does not exist.`) // UNVERIFIED
export const tooManyBrandings = () =>
  new WireError("LimitExceededException", "The user pool has the most managed login branding styles that it can have.") // UNVERIFIED

// Users
export const userNotFound = () => new WireError("UserNotFoundException", "User does not exist.")
export const usernameClientCombinationNotFound = () =>
  new WireError("UserNotFoundException", "Username/client id combination not found.")
export const usernameTakenAtSignUp = () => new WireError("UsernameExistsException", "User already exists")
export const usernameTaken = () => new WireError("UsernameExistsException", "User account already exists")
export const attributeTaken = (attribute: string) =>
  new WireError("UsernameExistsException", `An account with the given ${attribute} already exists.`)
export const aliasTaken = (attribute: string) =>
  new WireError("AliasExistsException", `An account with the given ${attribute} already exists.`)
export const aliasTakenAtConfirmation = (attribute: string) =>
  new WireError("AliasExistsException", `An account with the ${attribute} already exists.`)
export const schemaViolation = (lines: string[]) =>
  invalidParameter(`Attributes did not conform to the schema: ${lines.join("")}`)
export const notWritable = () =>
  new WireError("NotAuthorizedException", "A client attempted to write unauthorized attribute")
export const immutableAttribute = (name: string) => invalidParameter(`user.${name}: Attribute cannot be updated.\n`)
export const invalidEmail = () => invalidParameter("Invalid email address format.")
export const invalidPhoneNumber = () => invalidParameter("Invalid phone number format.")
export const unsupportedUserState = (message: string) => new WireError("UnsupportedUserStateException", message)

// Signing in
const notAuthorized = (message: string) => new WireError("NotAuthorizedException", message)
export const wrongPassword = () => notAuthorized("Incorrect username or password.")
export const attemptsExceeded = () => notAuthorized("Password attempts exceeded")
export const userDisabled = () => notAuthorized("User is disabled.")
/** Of AdminResetUserPassword: without the full stop. */
export const userDisabledForAdmin = () => notAuthorized("User is disabled")
export const userNotConfirmed = () => new WireError("UserNotConfirmedException", "User is not confirmed.")
export const passwordResetRequired = () =>
  new WireError("PasswordResetRequiredException", "Password reset required for the user")
export const alreadyProvided = (attribute: string) => notAuthorized(`Cannot modify an already provided ${attribute}`)
export const temporaryPasswordExpired = () =>
  notAuthorized("Temporary password has expired and must be reset by an administrator.")
export const secretHashMissing = (clientId: string) =>
  notAuthorized(`Client ${clientId} is configured with secret but SECRET_HASH was not received`)
export const secretHashWrong = (clientId: string) =>
  notAuthorized(`Unable to verify secret hash for client ${clientId}`)
/** UNVERIFIED texts: for the operations that take the client's secret itself. */
export const clientSecretMissing = (code: string, clientId: string) =>
  new WireError(code, `Client ${clientId} is configured with secret but client secret was not received`)
export const clientSecretWrong = (code: string, clientId: string) =>
  new WireError(code, `Unable to verify client secret for client ${clientId}`)
export const flowNotEnabled = (flow: string) => invalidParameter(`${flow} flow not enabled for this client`)
export const srpNotEnabled = () => invalidParameter("USER_SRP_AUTH is not enabled for the client.")
export const adminFlowNotEnabled = () => invalidParameter("Auth flow not enabled for this client")
export const clientTokensNotEnabled = () => notAuthorized("ALLOW_CLIENT_TOKEN_AUTH flow not enabled for this client") // UNVERIFIED
export const parameterMissing = (name: string) => invalidParameter(`Missing required parameter ${name}`)
export const sessionExpired = () => notAuthorized("Invalid session for the user, session is expired.")
export const sessionUsed = () => notAuthorized("Invalid session for the user, session can only be used once.")
export const sessionInvalid = () => notAuthorized("Invalid session for the user.")
export const wrongAuthCode = () => new WireError("CodeMismatchException", "Invalid code or auth state for the user.")
export const wrongTotpCode = () => new WireError("CodeMismatchException", "Invalid code received for user") // UNVERIFIED
export const softwareTokenUsed = () =>
  new WireError("ExpiredCodeException", "Your software token has already been used once.")
export const softwareTokenMismatch = () => new WireError("EnableSoftwareTokenMFAException", "Code mismatch")
export const softwareTokenNotOffered = () =>
  new WireError("SoftwareTokenMFANotFoundException", "Software token MFA has not been enabled for the userPool.") // UNVERIFIED
export const timestampFormat = () => invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english")
export const customAuthNotConfigured = () =>
  invalidParameter("Custom auth lambda trigger is not configured for the user pool.")
/**
 * Of somebody whom the function of a pool could not be asked about, or gave as nobody can be. Source: AWS re:Post, "Troubleshoot
 * errors when using the user migration Lambda trigger", which has the schema's own text for attributes that do not fit it.
 */
export const migrationFailed = (
  clientId: string | undefined,
  because: unknown,
  message = `Exception migrating user in app client ${clientId}`,
) => new WireError("UserNotFoundException", message, { because })

// Threat protection
export const addOnNotEnabled = () =>
  new WireError("UserPoolAddOnNotEnabledException", "User pool add-ons are not enabled.") // UNVERIFIED
export const authEventNotFound = () => new WireError("ResourceNotFoundException", "Auth event does not exist.") // UNVERIFIED

// Devices
export const deviceNotFound = () => new WireError("ResourceNotFoundException", "Device does not exist.") // UNVERIFIED

// Sessions
/** UNVERIFIED texts. */
export const sessionsNotTracked = () =>
  new WireError("OperationNotEnabledException", "User session tracking is not enabled for this user pool.")
export const userSessionNotFound = () => new WireError("ResourceNotFoundException", "Session does not exist.")
/** That it is refused: RevokeUserSession. */
export const ownSession = () => invalidParameter("The session of the access token cannot be revoked by itself.")

// Tokens
export const invalidRefreshToken = () => notAuthorized("Invalid Refresh Token")
export const refreshTokenExpired = () => notAuthorized("Refresh Token has expired")
export const refreshTokenRevoked = () => notAuthorized("Refresh Token has been revoked")
export const refreshTokenReused = () =>
  new WireError("RefreshTokenReuseException", "Refresh token has been invalidated by rotation.") // UNVERIFIED
export const refreshTokenRotates = () =>
  invalidParameter("REFRESH_TOKEN_AUTH is not supported for clients with refresh token rotation enabled.") // UNVERIFIED
export const invalidAccessToken = () => notAuthorized("Invalid Access Token")
export const accessTokenExpired = () => notAuthorized("Access Token has expired")
export const accessTokenRevoked = () => notAuthorized("Access Token has been revoked")
export const accessTokenUnverified = () => notAuthorized("Could not verify signature for Access Token")
export const accessTokenLacksScope = () => notAuthorized("Access Token does not have required scopes")
export const unsupportedTokenType = () => new WireError("UnsupportedTokenTypeException", "Unsupported token type") // UNVERIFIED
export const revocationNotEnabled = () =>
  new WireError("UnsupportedOperationException", "Token revocation is not enabled for this client") // UNVERIFIED

export const tokenOfAnotherClient = () => new WireError("UnauthorizedException", "Invalid client for the token") // UNVERIFIED

// Passwords
export const passwordPolicy = (violation: string) =>
  new WireError("InvalidPasswordException", `Password did not conform with policy: ${violation}`)
/** The challenge NEW_PASSWORD_REQUIRED words it differently. Source: amplify-ui packages/e2e fixtures. */
export const newPasswordPolicy = (violation: string) =>
  new WireError("InvalidPasswordException", `Password does not conform to policy: ${violation}`)
export const passwordUsedBefore = () =>
  new WireError("PasswordHistoryPolicyViolationException", "Password has previously been used.") // UNVERIFIED

// Confirmation
export const wrongCode = () =>
  new WireError("CodeMismatchException", "Invalid verification code provided, please try again.")
export const expiredCode = () =>
  new WireError("ExpiredCodeException", "Invalid code provided, please request a code again.")
export const tooManyAttempts = () =>
  new WireError("LimitExceededException", "Attempt limit exceeded, please try after some time.")
export const cannotBeConfirmed = (status: string) =>
  notAuthorized(`User cannot be confirmed. Current status is ${status}`)
export const noAutoVerification = () => invalidParameter("Auto verification not turned on.")
export const alreadyConfirmed = () => invalidParameter("User is already confirmed.")
export const signUpNotPermitted = () => notAuthorized("SignUp is not permitted for this user pool")
export const noVerifiedContact = () =>
  invalidParameter("Cannot reset password for the user as there is no registered/verified email or phone_number")
export const resetNotPossible = () => notAuthorized("User password cannot be reset in the current state.")
export const contactAdministrator = () => notAuthorized("Contact administrator to reset password.") // UNVERIFIED
