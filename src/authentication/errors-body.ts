import { WireError } from "../wire/errors.ts"

// What can be wrong with a body sent to S3. Which answer belongs to which fault was recorded by others
// (versity/versitygw issues 1352, 1600, 1626, 1656 to 1691, scality/Arsenal pull request 2596; 2025-06 to 2026-03).

/** Any fault in the aws-chunked framing, and an end before the end. */
export const incompleteBody = () => new WireError("IncompleteBody", "The request body terminated unexpectedly")

export const wrongBodyLength = (expected: number, provided: number) =>
  new WireError(
    "IncompleteBody",
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
    { members: { NumberBytesExpected: String(expected), NumberBytesProvided: String(provided) } },
  )

export const missingContentLength = () =>
  new WireError("MissingContentLength", "You must provide the Content-Length HTTP header.", { status: 411 })

export const malformedTrailer = () =>
  new WireError(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  )

/** `chunk` counts from 1 and is the one that came after the bad one. */
export const chunkTooSmall = (chunk: number, size: number) =>
  new WireError("InvalidChunkSizeError", "Only the last chunk is allowed to have a size less than 8192 bytes", {
    status: 403,
    members: { Chunk: String(chunk), BadChunkSize: String(size) },
  })

export const contentHashMismatch = (given: string, computed: string) =>
  new WireError(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { members: { ClientComputedContentSHA256: given, S3ComputedContentSHA256: computed } },
  )

export const missingContentHash = () =>
  new WireError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")

export const invalidContentHash = (value: string) =>
  new WireError(
    "InvalidArgument",
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
    { members: { ArgumentName: "x-amz-content-sha256", ArgumentValue: value } },
  )

/** UNVERIFIED: S3 takes SigV4A bodies; here they are refused as its headers are. */
export const ecdsaNotSupported = () =>
  new WireError(
    "InvalidRequest",
    "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  )

/** UNVERIFIED: signed chunks of a request that has no signature. */
export const signedChunksOfNobody = () => new WireError("AccessDenied", "Access Denied", { status: 403 })

/** Of a chunk or a trailer. UNVERIFIED: which members S3 puts beside it. */
export const wrongChunkSignature = () =>
  new WireError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    { status: 403 },
  )
