import { xmlnsOf } from "./aws-query.ts"
import { EVENT_STREAM } from "./event-stream.ts"
import type { HttpResponse } from "./http.ts"
import { jsonEncoder } from "./json-encode.ts"
import type { ResponseMeta, WireOptions } from "./options.ts"
import { newHostId } from "./request-ids.ts"
import { type Member, membersOf, type OperationShape, type Shape } from "./schema.ts"
import { headerEncoder } from "./text-values.ts"
import { xmlEncoder } from "./xml-encode.ts"
import { XML_DECLARATION } from "./xml-text.ts"

type Output = Record<string, unknown>
type Headers = HttpResponse["headers"]
type HeaderBinding = (output: Output, headers: Headers) => void
/** The body, and the content type that it has where no member says another. */
type BodyEncode = (output: Output) => { body: HttpResponse["body"]; type?: string }

/**
 * Statuses that AWS answers and its model does not know (API_PutBucketPolicy and its sample response).
 */
const S3_STATUS: Readonly<Record<string, number>> = { PutBucketPolicy: 204 }

export function restResponseEncoder(
  protocol: "restJson1" | "restXml",
  { name, traits, output: shape }: OperationShape,
  options: WireOptions,
): (output: object | undefined, meta: ResponseMeta) => HttpResponse {
  const members = membersOf(shape)
  const bindings = members.flatMap((member) => bindHeader(member, options) ?? [])
  const payload = members.find(({ member }) => member.httpPayload)
  const bodyMembers = members.filter(isBodyOfAnswer)
  const encodeBody: BodyEncode = payload
    ? payloadEncoder(protocol, payload, options)
    : protocol === "restXml"
      ? xmlBody(shape, bodyMembers, options)
      : jsonBody(shape, bodyMembers)
  const code = members.find(({ member }) => member.httpResponseCode)?.memberName
  const [method, , modelled] = traits.http ?? ["POST", "/", 200]
  const status = (options.s3 && S3_STATUS[name]) || modelled
  const isHead = method === "HEAD"

  return (given, meta) => {
    const output = (given ?? {}) as Output
    const headers: Headers = requestIdHeaders(meta, options)
    for (const binding of bindings) binding(output, headers)
    const { body, type } = encodeBody(output)
    if (type !== undefined) headers["Content-Type"] ??= type
    return { status: statusOf(output, headers), headers, body: isHead ? undefined : body }
  }

  function statusOf(output: Output, headers: Headers): number {
    if (code !== undefined && typeof output[code] === "number") return output[code]
    return options.s3 && headers["Content-Range"] !== undefined ? 206 : status
  }
}

/** What of a request stands in its path and its query is an answer's body (API Gateway's `position` of pages). */
function isBodyOfAnswer({ member }: Member): boolean {
  const { httpHeader, httpPrefixHeaders, httpPayload, httpResponseCode } = member
  return httpHeader === undefined && httpPrefixHeaders === undefined && !httpPayload && !httpResponseCode
}

export function requestIdHeaders({ requestId, hostId }: ResponseMeta, options: WireOptions): Headers {
  if (!options.s3) return { "x-amzn-RequestId": requestId }
  const headers: Headers = { "x-amz-request-id": requestId, "x-amz-id-2": hostId ?? newHostId() }
  if (options.server !== undefined) headers.Server = options.server
  return headers
}

function bindHeader(member: Member, options: WireOptions): HeaderBinding | undefined {
  const { memberName } = member
  const { httpHeader, httpPrefixHeaders } = member.member
  if (httpHeader !== undefined) {
    // The model gives the raw text of `Expires` a header of its own, which S3 does not send.
    const header = options.s3 && httpHeader === "ExpiresString" ? "Expires" : httpHeader
    const encode = headerEncoder(member, false)
    return (output, headers) => {
      const value = output[memberName]
      if (value === undefined || value === null) return
      const text = encode(value)
      if (text !== "" || member.kind === "string") headers[header] = singleLine(text)
    }
  }
  if (httpPrefixHeaders === undefined) return undefined
  return (output, headers) => {
    for (const [name, value] of Object.entries((output[memberName] ?? {}) as object)) {
      if (value !== undefined && value !== null) headers[httpPrefixHeaders + name] = singleLine(String(value))
    }
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what `node:http` refuses to send in a header
const UNSENDABLE = /[\u0000-\u0008\u000a-\u001f\u007f]/g

/** A value that would break the header apart is sent without what breaks it. */
const singleLine = (text: string): string => text.replace(UNSENDABLE, "")

function payloadEncoder(protocol: "restJson1" | "restXml", payload: Member, options: WireOptions): BodyEncode {
  const { memberName, kind, own, member } = payload
  if (kind === "blob") {
    return (output) => {
      const body = output[memberName] as HttpResponse["body"]
      return body === undefined
        ? { body }
        : { body, type: own.mediaType ?? options.blobType ?? "application/octet-stream" }
    }
  }
  if (own.streaming) {
    // A stream of events: the handler gives it framed.
    return (output) => ({
      body: output[memberName] as HttpResponse["body"],
      ...(output[memberName] !== undefined && { type: EVENT_STREAM }),
    })
  }
  if (kind === "string") {
    const type = own.mediaType ?? (options.s3 ? "application/json" : "text/plain")
    return (output) => ({ body: output[memberName] as string | undefined, type })
  }
  if (protocol === "restXml") {
    const name = member.xmlName ?? own.xmlName ?? payload.name
    const encode = xmlEncoder(options).element(name, payload, rootNamespace(payload, options))
    return (output) =>
      output[memberName] === undefined
        ? { body: undefined }
        : { body: XML_DECLARATION + encode(output[memberName]), type: "application/xml" }
  }
  const encode = jsonEncoder(true)(payload)
  return (output) =>
    output[memberName] === undefined
      ? { body: undefined }
      : { body: JSON.stringify(encode(output[memberName])), type: "application/json" }
}

/** The service's namespace, unless the shape has one itself. */
function rootNamespace({ own, member }: Shape, options: WireOptions): string {
  return own.xmlNamespace === undefined && member.xmlNamespace === undefined ? xmlnsOf(options) : ""
}

function xmlBody(shape: Shape, members: readonly Member[], options: WireOptions): BodyEncode {
  if (members.length === 0) return () => ({ body: undefined })
  const encoder = xmlEncoder(options)
  const name = shape.own.xmlName ?? shape.name
  const namespace = rootNamespace(shape, options)
  const [first] = members
  // S3's trait `s3UnwrappedXmlOutput` is not in the schemas; this is what GetBucketLocation, which has it, looks like.
  if (options.s3 && members.length === 1 && first!.memberName === shape.own.xmlName) {
    const encode = encoder.element(name, first!, namespace)
    return (output) => ({ body: XML_DECLARATION + encode(output[name] ?? ""), type: "application/xml" })
  }
  // Recorded: the list of buckets begins with its owner, whatever the model's order.
  const ordered = name === "ListAllMyBucketsResult" ? members.toSorted(ownerFirst) : members
  const encode = encoder.element(name, { ...shape, identity: bodyOf(shape, ordered) }, namespace)
  return (output) => ({ body: XML_DECLARATION + encode(output), type: "application/xml" })
}

const ownerFirst = (a: Member, b: Member): number => Number(b.memberName === "Owner") - Number(a.memberName === "Owner")

/** The schema of the structure with those members alone. */
function bodyOf({ identity }: Shape, members: readonly Member[]): unknown {
  const [kind, namespace, name, traits, names, schemas] = identity as [
    number,
    string,
    string,
    unknown,
    string[],
    unknown[],
  ]
  const kept = members.map(({ memberName }) => names.indexOf(memberName))
  return [kind, namespace, name, traits, kept.map((i) => names[i]), kept.map((i) => schemas[i])]
}

function jsonBody(shape: Shape, members: readonly Member[]): BodyEncode {
  if (shape.kind === "unit") return () => ({ body: undefined })
  const encode = jsonEncoder(true)({ ...shape, identity: bodyOf(shape, members) })
  return (output) => ({ body: JSON.stringify(encode(output)), type: "application/json" })
}
