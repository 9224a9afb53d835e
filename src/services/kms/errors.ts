import { WireError } from "../../wire/errors.ts"

/* UNVERIFIED: the wording of the texts that have no source beside them; the codes are those of the API Reference. */

/** Recorded through S3, which passes them on (02-2026): the texts of what a KeyId names in vain, and of unusable keys. */
const notFound = (message: string) => new WireError("NotFoundException", message)
export const keyNotFound = (arn: string) => notFound(`Key '${arn}' does not exist`)
export const invalidKeyId = (text: string) => notFound(`Invalid keyId '${text}'`)
export const wrongRegion = (region: string) => notFound(`Invalid arn ${region}`)
export const keyDisabled = (arn: string) => new WireError("DisabledException", `${arn} is disabled.`)
export const keyPendingDeletion = (arn: string) =>
  new WireError("KMSInvalidStateException", `${arn} is pending deletion.`)
export const keyNotPendingDeletion = (arn: string) =>
  new WireError("KMSInvalidStateException", `${arn} is not pending deletion.`)

/** hashicorp/terraform-provider-aws, issues that quote `Alias ... is not found.` and `An alias with the name ... already exists`. */
export const aliasNotFound = (arn: string) => notFound(`Alias ${arn} is not found.`)
export const aliasExists = (arn: string) =>
  new WireError("AlreadyExistsException", `An alias with the name ${arn} already exists`)
export const invalidAliasName = (message: string) => new WireError("InvalidAliasNameException", message)
export const invalidArn = (text: string) => new WireError("InvalidArnException", `Invalid arn ${text}`)

/** API Reference, Decrypt. AWS gives InvalidCiphertextException no text, so that nothing is told of what did not match. */
export const invalidCiphertext = (encryptionContext: Readonly<Record<string, string>> = {}) =>
  new WireError("InvalidCiphertextException", "", {
    because: { check: "a ciphertext", contextKeys: Object.keys(encryptionContext).slice(0, 20) },
  })
export const incorrectKey = () =>
  new WireError(
    "IncorrectKeyException",
    "The key ID in the request does not identify a CMK that can perform this operation.",
  )
/** Of a ciphertext that names its key itself: whether there is such a key is not for everybody (many public reports). */
export const CIPHERTEXT_KEY_UNKNOWN =
  "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access."
export const ciphertextKeyUnknown = () => new WireError("AccessDeniedException", CIPHERTEXT_KEY_UNKNOWN)

export const invalidKeyUsage = (arn: string, usage: string, needed: string) =>
  new WireError(
    "InvalidKeyUsageException",
    `${arn} key usage is ${usage} which is not valid for this operation, which needs ${needed}.`,
  )
export const invalid = (message: string) => new WireError("ValidationException", message)
export const unsupported = (message: string) => new WireError("UnsupportedOperationException", message)
export const limitExceeded = (message: string) => new WireError("LimitExceededException", message)
export const malformedPolicy = (message: string) => new WireError("MalformedPolicyDocumentException", message)
export const tagFault = (message: string) => new WireError("TagException", message)
export const invalidMarker = () => new WireError("InvalidMarkerException", "The marker is not valid.")
export const invalidGrantToken = () => new WireError("InvalidGrantTokenException", "The grant token is not valid.")
export const grantNotFound = (id: string) => notFound(`Grant ID ${id} not found`)
export const invalidGrantId = (id: string) => new WireError("InvalidGrantIdException", `Grant ID ${id} is not valid.`)
export const macInvalid = () => new WireError("KMSInvalidMacException", "")
export const signatureInvalid = () => new WireError("KMSInvalidSignatureException", "")
/** API Reference, "DryRunOperationException": what succeeds with DryRun ends with it. */
export const dryRun = () =>
  new WireError("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.", {
    status: 412,
  })

/** A setting that would be an empty promise, in the words of operations that are not built. */
export const notBuilt = (what: string) =>
  new WireError("NotImplemented", `Hallpass does not implement ${what} yet.`, {
    status: 501,
    because: { check: "what is built", service: "kms" },
  })
export const notFoundPolicy = (name: string) => notFound(`No such policy exists: ${name}`)
