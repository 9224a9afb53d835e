import { WireError } from "../../wire/errors.ts"

export { malformedXml } from "../../wire/xml-decode.ts"

// Texts and members: recorded from AWS where not said otherwise (`recorded 2024-2026`).

export const accessDenied = (message = "Access Denied", members: Record<string, unknown> = {}) =>
  new WireError("AccessDenied", message, { status: 403, members })

export const noSuchBucket = (BucketName: string) =>
  new WireError("NoSuchBucket", "The specified bucket does not exist", { status: 404, members: { BucketName } })

export const noSuchKey = (Key: string, headers: Record<string, string> = {}) =>
  new WireError("NoSuchKey", "The specified key does not exist.", { status: 404, members: { Key }, headers })

export const noSuchVersion = (Key: string, VersionId: string) =>
  new WireError("NoSuchVersion", "The specified version does not exist.", { status: 404, members: { Key, VersionId } })

export const noSuchUpload = (UploadId: string) =>
  new WireError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    { status: 404, members: { UploadId } },
  )

export const invalidArgument = (message: string, ArgumentName?: string, ArgumentValue?: string | null) =>
  new WireError("InvalidArgument", message, {
    members: {
      ...(ArgumentName !== undefined && { ArgumentName }),
      ...(ArgumentValue !== undefined && { ArgumentValue }),
    },
  })

export const invalidRequest = (message: string) => new WireError("InvalidRequest", message)

/** The refusal of a header whose feature is not built, as AWS refuses those of its own. */
export const headerNotImplemented = (Header: string, additionalMessage?: string) =>
  new WireError("NotImplemented", "A header you provided implies functionality that is not implemented", {
    status: 501,
    members: { Header, ...(additionalMessage !== undefined && { additionalMessage }) },
  })

export const preconditionFailed = (Condition: string) =>
  new WireError("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", {
    status: 412,
    members: { Condition },
  })

export const conditionalRequestConflict = (Condition: string, Key: string) =>
  new WireError(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { status: 409, members: { Condition, Key } },
  )

export const notModified = (headers: Record<string, string>) =>
  new WireError("NotModified", "Not Modified", { status: 304, headers })

export const methodNotAllowed = (Method: string, ResourceType: string, headers: Record<string, string> = {}) =>
  new WireError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
    members: { Method, ResourceType },
    headers,
  })

export const invalidRange = (RangeRequested: string, ActualObjectSize: number) =>
  new WireError("InvalidRange", "The requested range is not satisfiable", {
    status: 416,
    members: { RangeRequested, ActualObjectSize: String(ActualObjectSize) },
    headers: { "content-range": `bytes */${ActualObjectSize}` },
  })

export const invalidPartNumber = (PartNumberRequested: number, ActualPartCount: number) =>
  new WireError("InvalidPartNumber", "The requested partnumber is not satisfiable", {
    status: 416,
    members: { PartNumberRequested: String(PartNumberRequested), ActualPartCount: String(ActualPartCount) },
  })

export const invalidDigest = (contentMd5: string) =>
  new WireError("InvalidDigest", "The Content-MD5 you specified was invalid.", {
    members: { "Content-MD5": contentMd5 },
  })

export const md5Mismatch = (ExpectedDigest: string, CalculatedDigest: string) =>
  new WireError("BadDigest", "The Content-MD5 you specified did not match what we received.", {
    members: { ExpectedDigest, CalculatedDigest },
  })

export const checksumMismatch = (algorithm: string) =>
  new WireError("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`)

/** AWS's error list: `IncompleteBody`. */
export const incompleteBody = () =>
  new WireError("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")

/** AWS's error list: `MissingContentLength`. */
export const missingContentLength = () =>
  new WireError("MissingContentLength", "You must provide the Content-Length HTTP header.", { status: 411 })

/** AWS's error list: `KeyTooLongError`. */
export const keyTooLong = (Size: number) =>
  new WireError("KeyTooLongError", "Your key is too long", {
    members: { Size: String(Size), MaxSizeAllowed: "1024" },
  })

/** AWS's error list: `MetadataTooLarge`. */
export const metadataTooLarge = (Size: number) =>
  new WireError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
    members: { Size: String(Size), MaxSizeAllowed: "2048" },
  })

export const entityTooLarge = (ProposedSize: number, MaxSizeAllowed: number) =>
  new WireError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    members: { ProposedSize: String(ProposedSize), MaxSizeAllowed: String(MaxSizeAllowed) },
  })

export const invalidStorageClass = (StorageClassRequested: string) =>
  new WireError("InvalidStorageClass", "The storage class you specified is not valid", {
    members: { StorageClassRequested },
  })

export const invalidTag = (message: string, members: Record<string, string> = {}) =>
  new WireError("InvalidTag", message, { members })

/** Recorded: an ACL other than the owner's own where ownership is enforced. Text of the S3 user guide, "Object Ownership". */
export const aclNotSupported = () => new WireError("AccessControlListNotSupported", "The bucket does not allow ACLs")

export const badRequest = (message: string) => new WireError("BadRequest", message)
