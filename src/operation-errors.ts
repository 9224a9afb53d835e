import { keepText } from "./base/cut.ts"
import type { Service } from "./service.ts"
import type { BodyProblem, BodyRefusal } from "./wire/body.ts"
import { WireError } from "./wire/errors.ts"

/** What a 501 is about, for its log line and for `hallpass explain`. */
export interface NotBuilt {
  check: "what is built"
  service: string
  operation?: string
}

/** A service that AWS may have and this server does not answer for. */
export const notServed = (name: string, operation?: string) =>
  new WireError("NotImplemented", `Hallpass does not answer for the service '${keepText(name, NAME_LENGTH)}'.`, {
    status: 501,
    because: {
      check: "what is built",
      service: name,
      ...(operation !== undefined && { operation }),
    } satisfies NotBuilt,
  })

const NAME_LENGTH = 64

/** AWS answers 400 to headers of more than 16 KB (DynamoDB, as a public suite that runs on it holds); the words are ours. */
export const headersTooLong = (mostBytes: number) =>
  new WireError("MalformedHttpRequestException", `The headers of the request have more than ${mostBytes} bytes.`)

/** What S3 answers to heads of more than 8 KB (versity/versitygw issue 2180, hpe-dev-incubator/hpe-dev-portal issue 1930). */
export const headTooLong = (mostBytes: number) =>
  new WireError("RequestHeaderSectionTooLarge", "Your request header section exceeds the maximum allowed size.", {
    members: { MaxSizeAllowed: String(mostBytes) },
  })

/** Code as for headers that are too long; the words are ours. */
export const tooManyNames = (most: number) =>
  new WireError("MalformedHttpRequestException", `The head of the request has more than ${most} names.`)

/** An operation that AWS has and Hallpass has not yet. Never an empty success. */
export const notYet = (service: Service, operation: string) =>
  new WireError("NotImplemented", `Hallpass does not implement ${service.name}:${operation} yet.`, {
    status: 501,
    because: { check: "what is built", service: service.name, operation } satisfies NotBuilt,
  })

/** Sources: Smithy's awsJson and restJson specifications; API Reference of IAM, "Common Errors"; S3 "Error Responses". */
export function unknownOperation(service: Service, name: string | undefined): WireError {
  switch (service.errors) {
    case "query":
      if (name === undefined) return new WireError("MissingAction", "Missing Action", { status: 400 })
      return new WireError(
        "InvalidAction",
        `Could not find operation ${name} for version ${service.constraints.apiVersion}`,
      )
    case "s3":
      return new WireError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
        status: 405,
      })
    case "rest-json":
      return new WireError("UnknownOperationException", "", { status: 404 })
    case "json":
      return new WireError("UnknownOperationException", "")
  }
}

/** What the caller sees of an error of ours: nothing of its cause. */
export const internalFailure = (service: Service): WireError =>
  service.errors === "s3"
    ? new WireError("InternalError", "We encountered an internal error. Please try again.", { status: 500 })
    : new WireError(
        "InternalFailure",
        "The request processing has failed because of an unknown error, exception or failure.",
        { status: 500 },
      )

/** The store is out of reach or out of space: clients try again. */
export const serviceUnavailable = (service: Service): WireError =>
  service.errors === "json"
    ? new WireError("ServiceUnavailableException", "The service is temporarily unavailable.", { status: 503 })
    : new WireError("ServiceUnavailable", "Service is unable to handle request.", { status: 503 })

type Words = readonly [code: string, message: string, status: number]

/**
 * Why a body was not taken. Sources: "Common Errors" of AWS's API references; S3's list of error codes; of 413 the text
 * that SQS sends (aws/aws-sdk-js issue 479).
 */
export function bodyRefused(
  { problem, limitBytes }: BodyRefusal,
  service: Service,
  operation: string | undefined,
): WireError {
  if (problem === "too many" && service.errors !== "s3") return serviceUnavailable(service)
  const [code, message, status] = (service.errors === "s3" ? OF_S3 : COMMON)[problem]
  if (limitBytes === undefined) return new WireError(code, message, { status })
  const own = operation === undefined ? undefined : service.bodyTooLargeText?.(limitBytes, operation)
  return new WireError(code, own ?? message.replace("{}", String(limitBytes)), { status })
}

const COMMON: Record<BodyProblem, Words> = {
  "too large": ["RequestEntityTooLargeException", "HTTP content length exceeded {} bytes.", 413],
  "too many": ["ServiceUnavailable", "", 503],
  "too slow": ["RequestTimeoutException", "Reading the request timed out.", 408],
  "in crumbs": ["MalformedHttpRequestException", "The chunks of the request are too small.", 400],
  malformed: ["MalformedHttpRequestException", "The body of the request is not well-formed HTTP.", 400],
  aborted: ["RequestAbortedException", "The caller closed the connection.", 400],
}

const OF_S3: Record<BodyProblem, Words> = {
  "too large": ["MaxMessageLengthExceeded", "Your request was too big.", 400],
  "too many": ["SlowDown", "Please reduce your request rate.", 503],
  "too slow": [
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
    400,
  ],
  "in crumbs": ["InvalidRequest", "The chunks of the request are too small.", 400],
  malformed: ["IncompleteBody", "The request body terminated unexpectedly", 400],
  aborted: ["IncompleteBody", "The request body terminated unexpectedly", 400],
}
