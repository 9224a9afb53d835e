import type { WireError } from "./wire/errors.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import { type ErrorMeta, encodeError, type Protocol, parseTarget, type WireOptions } from "./wire/index.ts"
import { escapeXml, XML_DECLARATION } from "./wire/xml-text.ts"

/** A request for a service of AWS that is not here: whom it is for, and what it asks for where it says so. */
export interface Foreign {
  unknown: string
  operation?: string
}

/** A call that names the service of another and is not for it: S3's control plane. */
export function findForeign({ path, headers }: HttpRequest): Foreign | undefined {
  // Every call of S3 Control has its model's date before its path, and the account in a header.
  if (path.startsWith("/v20180820/") && headers["x-amz-account-id"] !== undefined) return { unknown: "s3-control" }
  return undefined
}

/** The operation that a request names in the way of its protocol, whatever its service. */
export function operationNamed({ headers, query }: HttpRequest): string | undefined {
  const name = parseTarget(headers["x-amz-target"])?.operation ?? /(?:^|&)Action=(\w+)/.exec(query)?.[1]
  return name !== undefined && /^\w{1,64}$/.test(name) ? name : undefined
}

const REST_XML = new Set(["s3express", "s3-outposts", "s3-object-lambda", "s3-control", "cloudfront", "route53"])

/** The refusal in the form that the client of that service reads: the request shows which. */
export function refuseForeign(
  request: HttpRequest,
  { unknown }: Foreign,
  error: WireError,
  meta: ErrorMeta,
): HttpResponse {
  if (unknown === "ec2") return ec2Error(error, meta)
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") return cborError(error, meta)
  const { protocol, options } = formOf(request, unknown)
  return encodeError(protocol, error, { ...options, ...meta })
}

function formOf({ headers, query }: HttpRequest, service: string): { protocol: Protocol; options: WireOptions } {
  const type = headers["content-type"] ?? ""
  if (/^application\/x-amz-json-1\.0/i.test(type)) return { protocol: "awsJson1_0", options: {} }
  if (headers["x-amz-target"] !== undefined || /^application\/x-amz-json/i.test(type))
    return { protocol: "awsJson1_1", options: {} }
  if (/^application\/x-www-form-urlencoded/i.test(type) || /(?:^|&)Action=/.test(query))
    return { protocol: "awsQuery", options: {} }
  if (REST_XML.has(service)) return { protocol: "restXml", options: {} }
  return { protocol: "restJson1", options: {} }
}

/** EC2 has a form of its own (EC2 API reference, "Error codes"). */
function ec2Error({ code, message, status }: WireError, { requestId }: ErrorMeta): HttpResponse {
  const error = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`
  const body = `${XML_DECLARATION}<Response><Errors>${error}</Errors><RequestID>${escapeXml(requestId)}</RequestID></Response>`
  return { status, headers: { "x-amzn-RequestId": requestId, "Content-Type": "text/xml" }, body }
}

/** What newer clients of CloudWatch and others read (Smithy's "RPC v2 CBOR protocol"; RFC 8949): a map of two texts. */
function cborError({ code, message, status }: WireError, { requestId }: ErrorMeta): HttpResponse {
  const members = ["__type", code, "message", message].map(cborText)
  return {
    status,
    headers: {
      "x-amzn-RequestId": requestId,
      "smithy-protocol": "rpc-v2-cbor",
      "Content-Type": "application/cbor",
    },
    body: Buffer.concat([Buffer.from([0xa2]), ...members]),
  }
}

/** A text, its length in two bytes: messages are cut far below what these can say. */
function cborText(text: string): Buffer {
  const bytes = Buffer.from(text)
  const head = Buffer.from([0x79, 0, 0])
  head.writeUInt16BE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}
