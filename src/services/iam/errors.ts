import { WireError } from "../../wire/errors.ts"
import type { IdentityKind } from "./identities/kind.ts"

// Texts without a mark of their own are answers of AWS that users quote in public issue threads, or are recorded there.

const noSuchEntity = (message: string) => new WireError("NoSuchEntity", message, { status: 404 })
const alreadyExists = (message: string) => new WireError("EntityAlreadyExists", message, { status: 409 })
const deleteConflict = (message: string) => new WireError("DeleteConflict", message, { status: 409 })
const limitExceeded = (message: string) => new WireError("LimitExceeded", message, { status: 409 })
export const invalidInput = (message: string) => new WireError("InvalidInput", message)

export const validationError = (message: string) => new WireError("ValidationError", message)

const titles: Record<IdentityKind, string> = { role: "Role", user: "User", group: "Group" }

export const identityNotFound = (kind: IdentityKind, name: string) =>
  noSuchEntity(`The ${kind} with name ${name} cannot be found.`)
export const identityExists = (kind: IdentityKind, name: string) =>
  alreadyExists(`${titles[kind]} with name ${name} already exists.`)
export const inlinePolicyNotFound = (kind: IdentityKind, name: string) =>
  noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`)

export const policyNotFound = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`)
export const policyNotAttachable = (arn: string) => noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
export const boundaryNotAttachable = (arn: string) =>
  noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)
export const policyVersionNotFound = (arn: string, version: string) =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`)
export const policyExists = (name: string) =>
  alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)
/** Recorded 06-03-2025, two spaces and all. */
export const policyArnUnparsable = () => validationError("Invalid ARN:  Could not be parsed!")
export const awsManagedPolicy = (arn: string) =>
  new WireError("AccessDenied", `Policy ${arn} is managed by AWS and cannot be modified.`, { status: 403 })

export const malformedPolicy = (message: string) => new WireError("MalformedPolicyDocument", message)

/** What such callers report in public issue threads: their credentials are not known here. */
export const sessionNotAdmitted = (because: string) =>
  new WireError("InvalidClientTokenId", "The security token included in the request is invalid.", {
    status: 403,
    because: { check: "credentials that IAM takes", came: because },
  })

export const accessKeyNotFound = (id: string) => noSuchEntity(`The Access Key with id ${id} cannot be found.`)
/** No answer of AWS, which has no such key. */
export const accessKeyOfServer = (id: string) =>
  new WireError("UnmodifiableEntity", `The Access Key with id ${id} is the server's own: its configuration gives it.`)
export const mustNameUser = () => validationError("Must specify userName when calling with non-User credentials")

export const hasAttachedPolicies = () => deleteConflict("Cannot delete entity, must detach all policies first.")
export const hasInlinePolicies = () => deleteConflict("Cannot delete entity, must delete policies first.")
export const hasAccessKeys = () => deleteConflict("Cannot delete entity, must delete access keys first.")
export const hasGroupMembers = () => deleteConflict("Cannot delete entity, must remove users from group first.")
export const hasInstanceProfiles = () =>
  deleteConflict("Cannot delete entity, must remove roles from instance profile first.")
export const policyIsAttached = () => deleteConflict("Cannot delete a policy attached to entities.")
export const policyHasVersions = () =>
  deleteConflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  )
export const versionIsDefault = () => deleteConflict("Cannot delete the default version of a policy.")

export const overQuota = (quota: string, limit: number) => limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`)
export const tooManyVersions = () =>
  limitExceeded(
    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
  )
export const inlinePoliciesTooLarge = (kind: IdentityKind, name: string, limit: number) =>
  limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}`)

export const duplicateTagKeys = () =>
  invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
export const reservedTagKey = () => validationError("Tag keys and values may not start with the reserved word aws:")
/** UNVERIFIED text. */
export const invalidMarker = () => validationError("Invalid Marker.")

export const oidcProviderExists = (url: string) => alreadyExists(`Provider with url https://${url} already exists.`)
export const oidcProviderNotFound = (arn: string) => noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
export const samlProviderExists = (name: string) => alreadyExists(`Provider with name ${name} already exists.`)
export const samlProviderNotFound = (arn: string) => noSuchEntity(`Manifest not found for arn ${arn}`)

export const aliasExists = (alias: string) => alreadyExists(`The account alias ${alias} already exists.`)
export const aliasNotFound = (alias: string) =>
  noSuchEntity(`The account alias ${alias} does not exist or does not belong to this account.`)

export const instanceProfileNotFound = (name: string) => noSuchEntity(`Instance Profile ${name} cannot be found.`)
export const instanceProfileExists = (name: string) => alreadyExists(`Instance Profile ${name} already exists.`)
/** UNVERIFIED text. */
export const roleNotInProfile = (role: string, profile: string) =>
  noSuchEntity(`The role with name ${role} is not in the instance profile ${profile}.`)
/** UNVERIFIED text. */
export const simulatedArnInvalid = (arn: string) =>
  invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)

export const mfaDeviceExists = () => alreadyExists("MFADevice entity at the same path and name already exists.")
/** In the words that AWS has for lengths; its model has no limit for the name alone. */
export const mfaDeviceNameTooLong = (most: number) =>
  validationError(
    `1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy constraint: Member must have length less than or equal to ${Math.max(0, most)}`,
  )
export const mfaDeviceNotFound = (serial: string) =>
  noSuchEntity(`VirtualMFADevice with serial number ${serial} doesn't exist.`)
export const mfaDeviceInUse = () => deleteConflict("MFA VirtualDevice in use. Must deactivate first.")
/** UNVERIFIED text. */
export const mfaDeviceTaken = () => alreadyExists("MFA Device is already in use.")
export const mfaDeviceNotOfUser = () => noSuchEntity("MFA Device invalid for user.")
/** UNVERIFIED: users' notes have the text; the code and the status are from memory. */
export const authenticationCodeInvalid = () =>
  new WireError("InvalidAuthenticationCode", "Authentication code for device is not valid.", { status: 403 })
export const hasMfaDevices = () => deleteConflict("Cannot delete entity, must delete MFA device first.")

/** The codes are those of the API Reference. UNVERIFIED: the texts about keys, certificates and credentials of services. */
export const sshKeyNotFound = (id: string) => noSuchEntity(`The Public Key with id ${id} cannot be found.`)
export const unrecognizedSshKeyEncoding = () =>
  new WireError("UnrecognizedPublicKeyEncoding", "The public key encoding format is unsupported or unrecognized.")
export const invalidSshKey = () =>
  new WireError("InvalidPublicKey", "The public key is malformed or otherwise invalid.")
export const duplicateSshKey = () =>
  new WireError("DuplicateSSHPublicKey", "The SSH public key is already associated with the specified IAM user.")
export const certificateNotFound = (id: string) => noSuchEntity(`The Certificate with id ${id} cannot be found.`)
export const malformedCertificate = () =>
  new WireError("MalformedCertificate", "The certificate was malformed or expired.")
export const duplicateCertificate = () =>
  new WireError("DuplicateCertificate", "The same certificate is associated with an IAM user in the account.", {
    status: 409,
  })
export const serviceCredentialNotFound = (id: string) =>
  noSuchEntity(`The Service Specific Credential with id ${id} cannot be found.`)
export const serviceHasNoCredentials = () =>
  new WireError("NotSupportedService", "The specified service does not support service-specific credentials.", {
    status: 404,
  })
export const hasCredentials = (what: string) => deleteConflict(`Cannot delete entity, must delete ${what} first.`)

export const loginProfileExists = (user: string) => alreadyExists(`Login Profile for user ${user} already exists.`)
export const loginProfileNotFound = (user: string) => noSuchEntity(`Login Profile for User ${user} cannot be found.`)
export const hasLoginProfile = () => deleteConflict("Cannot delete entity, must delete login profile first.")
export const passwordPolicyNotFound = (account: string) =>
  noSuchEntity(`The Password Policy with domain name ${account} cannot be found.`)
export const passwordRefused = () =>
  new WireError("PasswordPolicyViolation", "Password does not conform to the account password policy.")
/** UNVERIFIED text. */
export const passwordReused = () =>
  new WireError(
    "PasswordPolicyViolation",
    "Policy constraint violation with password reuse prevention during password change.",
  )
/** UNVERIFIED text. */
export const oldPasswordWrong = () => new WireError("AccessDenied", "The old password was incorrect.", { status: 403 })
/** UNVERIFIED text. */
export const onlyUsersHavePasswords = () =>
  new WireError("InvalidUserType", "Only IAM Users can change their own password.")
export const passwordMissing = () =>
  validationError(
    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must not be null",
  )

/** UNVERIFIED text; API Reference of GetCredentialReport: the code and the status. */
export const noCredentialReport = () =>
  new WireError("ReportNotPresent", "No report exists. Call GenerateCredentialReport to make one.", { status: 410 })
/** UNVERIFIED text, likewise. */
export const credentialReportExpired = () =>
  new WireError("ReportExpired", "The most recent credential report has expired.", { status: 410 })

/** Recorded 13-03-2025. */
export const customSuffixRefused = (service: string) => invalidInput(`Custom suffix is not allowed for ${service}`)
/** Recorded 13-03-2025. */
export const serviceRoleTaken = (name: string) =>
  invalidInput(`Service role name ${name} has been taken in this account, please try a different suffix.`)
/** No answer of AWS, which knows the names of all its roles. */
export const linkedServiceUnknown = (service: string) =>
  invalidInput(
    `Service linked role cannot be created for ${service}: Hallpass does not know the name that AWS gives its role.`,
  )
export const roleOfService = (name: string) =>
  new WireError(
    "UnmodifiableEntity",
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  )
/** UNVERIFIED text. */
export const pathOfServices = (path: string) => invalidInput(`The path ${path} is reserved for the roles of services.`)
/** UNVERIFIED text. */
export const noServiceLinkedRole = (name: string) =>
  invalidInput(`The role with name ${name} is not a service-linked role.`)
/** UNVERIFIED text. */
export const deletionTaskNotFound = (id: string) => noSuchEntity(`Deletion task ${id} cannot be found.`)
