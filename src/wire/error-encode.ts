import { cborResponse, isCbor, plainCbor } from "./aws-cbor.ts"
import { jsonContentType, jsonResponse } from "./aws-json.ts"
import { queryResponse, xmlnsOf } from "./aws-query.ts"
import type { WireError } from "./errors.ts"
import type { HttpResponse } from "./http.ts"
import type { Protocol, ResponseMeta, WireOptions } from "./options.ts"
import { newHostId } from "./request-ids.ts"
import { requestIdHeaders } from "./rest-response.ts"
import { escapeXml, XML_DECLARATION } from "./xml-text.ts"

export interface ErrorMeta extends ResponseMeta {
  /** The request was a HEAD: the status says all. */
  head?: boolean
}

/** The refusal as AWS would send it. Only code, message, status and members of the error get out. */
export function encodeError(protocol: Protocol, error: WireError, options: WireOptions & ErrorMeta): HttpResponse {
  switch (protocol) {
    case "awsJson1_0":
    case "awsJson1_1":
      return awsJsonError(protocol, error, options)
    case "awsQuery":
      return queryError(error, options)
    case "restJson1":
      return restJsonError(error, options)
    case "restXml":
      return restXmlError(error, options)
  }
}

/**
 * Errors of the framework that a service runs in, and so in its namespace: recorded from DynamoDB. Whatever is not here is
 * of the service's own model.
 */
const FRAMEWORK: Readonly<Record<string, string>> = {
  AccessDeniedException: "com.amazon.coral.service",
  ExpiredTokenException: "com.amazon.coral.service",
  IncompleteSignatureException: "com.amazon.coral.service",
  InternalFailure: "com.amazon.coral.service",
  InvalidSignatureException: "com.amazon.coral.service",
  MissingAuthenticationTokenException: "com.amazon.coral.service",
  SerializationException: "com.amazon.coral.service",
  ServiceUnavailableException: "com.amazon.coral.service",
  UnknownOperationException: "com.amazon.coral.service",
  UnrecognizedClientException: "com.amazon.coral.service",
  ThrottlingException: "com.amazon.coral.availability",
  ValidationException: "com.amazon.coral.validate",
}

/** Which of DynamoDB's errors write `Message` (recorded: AccessDenied; the CRC-32 of another proves `message`). */
const CAPITAL = new Set(["AccessDeniedException", "SerializationException"])

function awsJsonError(
  protocol: "awsJson1_0" | "awsJson1_1",
  { code, message, status, members }: WireError,
  options: WireOptions & ErrorMeta,
): HttpResponse {
  const { errorNamespace } = options
  const type = errorNamespace === undefined ? code : `${own(FRAMEWORK, code) ?? errorNamespace}#${code}`
  const key = errorNamespace !== undefined && CAPITAL.has(code) ? "Message" : "message"
  const document = { __type: type, ...messageUnder(key, message, members), ...members }
  if (options.cbor && isCbor(options.requestedType)) return cborResponse(status, plainCbor(document), options)
  const response = jsonResponse(protocol, status, JSON.stringify(document), options, options)
  if (options.errorHeaders) Object.assign(response.headers, errorHeaders(code, message))
  return response
}

const own = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Nothing, where there is no text or the members have it (Lambda writes `Message` for some errors). */
function messageUnder(key: string, message: string, members: object): Record<string, string> {
  return message === "" || "message" in members || "Message" in members ? {} : { [key]: message }
}

function errorHeaders(code: string, message: string): Record<string, string> {
  const headers: Record<string, string> = { "x-amzn-ErrorType": `${code}:` }
  if (message !== "") headers["x-amzn-ErrorMessage"] = headerText(message)
  return headers
}

/** Clients refuse headers beyond some kilobytes, and a text may repeat what the caller sent. */
const HEADER_LENGTH = 1024

/** What a header can carry. */
const headerText = (text: string): string => text.slice(0, HEADER_LENGTH).replace(/[^\t\x20-\x7e]/g, "?")

function queryError({ code, message, status, members }: WireError, options: WireOptions & ErrorMeta): HttpResponse {
  const type = status >= 500 ? "Receiver" : "Sender"
  const body =
    `<ErrorResponse${xmlnsOf(options)}><Error><Type>${type}</Type><Code>${escapeXml(code)}</Code>` +
    `<Message>${escapeXml(message)}</Message>${elements(members)}</Error>` +
    `<RequestId>${escapeXml(options.requestId)}</RequestId></ErrorResponse>`
  return queryResponse(status, body, options)
}

function restJsonError({ code, message, status, members }: WireError, options: WireOptions & ErrorMeta): HttpResponse {
  const key = code === "AccessDeniedException" ? "Message" : "message"
  return {
    status,
    headers: {
      "x-amzn-RequestId": options.requestId,
      "x-amzn-ErrorType": headerText(code),
      "Content-Type": jsonContentType("restJson1"),
    },
    body: options.head ? undefined : JSON.stringify({ ...messageUnder(key, message, members), ...members }),
  }
}

function restXmlError({ code, message, status, members }: WireError, options: WireOptions & ErrorMeta): HttpResponse {
  const hostId = options.hostId ?? newHostId()
  const headers = { ...requestIdHeaders({ ...options, hostId }, options), "Content-Type": "application/xml" }
  if (options.head || status === 304) {
    const { "Content-Type": _, ...bare } = headers
    return { status, headers: bare, body: undefined }
  }
  const inner = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${elements(members)}`
  const id = `<RequestId>${escapeXml(options.requestId)}</RequestId>`
  const body = options.s3
    ? `<Error>${inner}${id}<HostId>${escapeXml(hostId)}</HostId></Error>`
    : `<ErrorResponse${xmlnsOf(options)}><Error><Type>${status >= 500 ? "Receiver" : "Sender"}</Type>${inner}</Error>${id}</ErrorResponse>`
  return { status, headers, body: XML_DECLARATION + body }
}

function elements(members: Readonly<Record<string, unknown>>): string {
  let text = ""
  for (const [name, value] of Object.entries(members)) {
    if (value !== undefined) text += `<${name}>${escapeXml(String(value ?? ""))}</${name}>`
  }
  return text
}
