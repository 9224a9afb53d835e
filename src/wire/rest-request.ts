import { wholeBody } from "./aws-json.ts"
import { WireError } from "./errors.ts"
import type { HttpRequest } from "./http.ts"
import { jsonDecoder } from "./json-decode.ts"
import { serializationError } from "./json-mismatch.ts"
import { jsonPlan } from "./json-plan.ts"
import { readJsonObject } from "./json-read.ts"
import type { BodyLimits } from "./limits.ts"
import type { WireOptions } from "./options.ts"
import { type Parameters, parseQuery, type QueryParameters } from "./parameters.ts"
import { type Member, membersOf, type Shape, valueShape } from "./schema.ts"
import { parseUtf8 } from "./text.ts"
import { headerDecoder, type TextDecode, textDecoder } from "./text-values.ts"
import { malformedXml, xmlDecoder } from "./xml-decode.ts"
import { isModestXml, parseXml } from "./xml-parse.ts"

type Input = Record<string, unknown>
/** Puts what one part of the request holds into the input. */
type Binding = (input: Input, request: HttpRequest, query: QueryParameters, labels: ReadonlyMap<string, string>) => void
type BodyDecode = (input: Input, request: HttpRequest) => void

export function restRequestDecoder(
  protocol: "restJson1" | "restXml",
  shape: Shape,
  options: WireOptions,
  limits: BodyLimits,
): RestRequestDecoder {
  const fractional = new Set(options.fractionalMembers)
  const members = membersOf(shape)
  const bindings = members.flatMap((member) => bind(member, options, fractional) ?? [])
  const payload = members.find(({ member }) => member.httpPayload)
  const body = members.filter((member) => isBody(member))
  const decodeBody = payload
    ? payloadDecoder(protocol, payload, options, limits)
    : protocol === "restXml"
      ? xmlBody(shape, body, options, limits)
      : jsonBody(shape, body, options, limits)
  const required = options.s3 ? members.filter((member) => member.required) : []
  const readsQuery = members.some(({ member }) => member.httpQuery || member.httpQueryParams)

  const head = (request: HttpRequest, parameters: Parameters): Input => {
    const input: Input = {}
    const query = readsQuery ? (parameters.query ?? parseQuery(request.query)) : NO_QUERY
    for (const binding of bindings) binding(input, request, query, parameters.labels ?? NO_LABELS)
    for (const member of required) assertPresent(member, input)
    return input
  }
  const ofBody = Object.fromEntries((payload ? [payload] : body).map(({ memberName }) => [memberName, NEEDS_BODY]))
  return {
    decode(request, parameters) {
      const input = head(request, parameters)
      decodeBody(input, request)
      return input
    },
    decodeHead: (request, parameters) => Object.defineProperties(head(request, parameters), ofBody),
  }
}

export interface RestRequestDecoder {
  decode(request: HttpRequest, parameters: Parameters): Input
  /** See `OperationCodec`. */
  decodeHead(request: HttpRequest, parameters: Parameters): Input
}

/** What is thrown where a member is asked for that the body may hold, and the body is not here yet. */
export const BODY_NEEDED = Symbol("the body is needed")

const NEEDS_BODY: PropertyDescriptor = {
  // Whoever copies the input asks for it too.
  enumerable: true,
  get() {
    throw BODY_NEEDED
  },
}

const NO_QUERY: QueryParameters = new Map()
const NO_LABELS: ReadonlyMap<string, string> = new Map()

function isBody({ member }: Member): boolean {
  const { httpLabel, httpHeader, httpPrefixHeaders, httpQuery, httpQueryParams, httpPayload, httpResponseCode } = member
  return !(
    httpLabel ||
    httpHeader !== undefined ||
    httpPrefixHeaders !== undefined ||
    httpQuery !== undefined ||
    httpQueryParams ||
    httpPayload ||
    httpResponseCode
  )
}

/**
 * A value that is not of its member's type. S3's words are those of `max-keys` for every member but the part number, of
 * which they are recorded (21-02-2026).
 */
function refusal(name: string, text: string, options: WireOptions): WireError {
  if (!options.s3) return serializationError(`${name} is not well formed`)
  const words =
    name === "partNumber"
      ? "Part number must be an integer between 1 and 10000, inclusive"
      : `Provided ${name} not an integer or within integer range`
  return new WireError("InvalidArgument", words, { members: { ArgumentName: name, ArgumentValue: text } })
}

/** S3 has no constraints that would ask for it. UNVERIFIED but for the words, which are those of `Content-MD5`. */
export function assertPresent(member: Member, input: Readonly<Input>): void {
  const { httpHeader, httpQuery } = member.member
  if (input[member.memberName] !== undefined) return
  if (httpHeader !== undefined) {
    throw new WireError("InvalidRequest", `Missing required header for this request: ${httpHeader}`)
  }
  if (httpQuery !== undefined) {
    throw new WireError("InvalidRequest", `Missing required parameter for this request: ${httpQuery}`)
  }
}

function bind(member: Member, options: WireOptions, fractionals: ReadonlySet<string>): Binding | undefined {
  const { memberName, kind } = member
  const { httpLabel, httpHeader, httpPrefixHeaders, httpQuery, httpQueryParams } = member.member
  const fractional = fractionals.has(memberName)
  if (httpLabel) {
    const decode = textDecoder(member, "date-time", fractional)
    return (input, _request, _query, labels) => {
      const text = labels.get(memberName)
      if (text !== undefined) input[memberName] = decoded(decode, memberName, text, options)
    }
  }
  if (httpHeader !== undefined) return bindHeader(member, httpHeader.toLowerCase(), options, fractional)
  if (httpPrefixHeaders !== undefined) return bindPrefix(memberName, httpPrefixHeaders.toLowerCase())
  if (httpQuery !== undefined) {
    const decode = textDecoder(kind === "list" ? valueShape(member) : member, "date-time", fractional)
    return (input, _request, query) => {
      const values = query.get(httpQuery)
      if (values === undefined) return
      input[memberName] =
        kind === "list"
          ? values.map((text) => decoded(decode, httpQuery, text, options))
          : queryValue(decode, httpQuery, values[0]!, kind, options)
    }
  }
  if (httpQueryParams) {
    const lists = valueShape(member).kind === "list"
    return (input, _request, query) => {
      if (query.size === 0) return
      const map: Record<string, unknown> = Object.create(null)
      for (const [name, values] of query) map[name] = lists ? [...values] : values[0]
      input[memberName] = map
    }
  }
  return undefined
}

/** `?max-keys=` says nothing, as S3 takes it. */
function queryValue(
  decode: TextDecode,
  name: string,
  text: string,
  kind: Shape["kind"],
  options: WireOptions,
): unknown {
  if (text === "" && kind !== "string") return undefined
  return decoded(decode, name, text, options)
}

function decoded(decode: TextDecode, name: string, text: string, options: WireOptions): unknown {
  const value = decode(text)
  if (value === undefined) throw refusal(name, text, options)
  return value
}

function bindHeader(member: Member, header: string, options: WireOptions, fractional: boolean): Binding {
  const { memberName, kind } = member
  const decode = headerDecoder(member, fractional)
  // RFC 9110, 13.1.3: a conditional header whose date cannot be read is ignored. S3 keeps any text as `Expires`.
  const lenient = options.s3 && kind === "timestamp" && (header.startsWith("if-") || header === "expires")
  return (input, { headers }) => {
    const text = headers[header]
    if (text === undefined) return
    const value = decode(text)
    if (value !== undefined) input[memberName] = value
    else if (!lenient && text !== "") throw refusal(header, text, options)
    if (options.s3 && header === "expires") input.ExpiresString = text
  }
}

function bindPrefix(memberName: string, prefix: string): Binding {
  return (input, { headers }) => {
    let map: Record<string, unknown> | undefined
    for (const name in headers) {
      const value = headers[name]
      if (value === undefined || !name.startsWith(prefix)) continue
      map ??= Object.create(null) as Record<string, unknown>
      map[name.slice(prefix.length)] = value
    }
    if (map) input[memberName] = map
  }
}

function payloadDecoder(
  protocol: "restJson1" | "restXml",
  payload: Member,
  options: WireOptions,
  limits: BodyLimits,
): BodyDecode {
  const { memberName, kind, own, member, required } = payload
  if (kind === "blob") {
    if (own.streaming || member.streaming) {
      return (input, { body }) => {
        input[memberName] = body
      }
    }
    return (input, request) => {
      const bytes = wholeBody(request)
      if (bytes.length > 0) input[memberName] = bytes
    }
  }
  const absent = () => {
    if (required && options.s3) throw new WireError("MissingRequestBodyError", "Request Body is empty")
  }
  if (kind === "string") {
    return (input, request) => {
      const bytes = wholeBody(request)
      if (bytes.length === 0) return absent()
      const text = parseUtf8(bytes)
      if (text === undefined) throw protocol === "restXml" ? malformedXml() : serializationError()
      input[memberName] = text
    }
  }
  if (protocol === "restXml") {
    const decode = xmlDecoder(options).content(payload)
    const root = member.xmlName ?? own.xmlName ?? payload.name
    return (input, request) => {
      const bytes = wholeBody(request)
      if (bytes.length === 0) return absent()
      input[memberName] = decode(rootElement(bytes, root, limits))
    }
  }
  const decode = jsonDecoder(options, true)(payload)
  const plan = jsonPlan(true)(payload)
  return (input, request) => {
    const bytes = wholeBody(request)
    if (bytes.length > 0) input[memberName] = decode(readJsonObject(bytes, plan, limits), 0)
  }
}

function rootElement(bytes: Uint8Array, name: string, { parts }: BodyLimits) {
  const root = isModestXml(bytes, parts) ? parseXml(bytes, parts) : undefined
  if (root?.name !== name) throw malformedXml()
  return root
}

function xmlBody(shape: Shape, members: readonly Member[], options: WireOptions, limits: BodyLimits): BodyDecode {
  if (members.length === 0) return () => {}
  const decode = xmlDecoder(options).members(members)
  const name = shape.own.xmlName ?? shape.name
  return (input, request) => {
    const bytes = wholeBody(request)
    if (bytes.length > 0) Object.assign(input, decode(rootElement(bytes, name, limits)))
  }
}

function jsonBody(shape: Shape, members: readonly Member[], options: WireOptions, limits: BodyLimits): BodyDecode {
  if (members.length === 0) return () => {}
  const decode = jsonDecoder(options, true)(shape)
  const plan = jsonPlan(true)(shape)
  const names = new Set(members.map(({ memberName }) => memberName))
  return (input, request) => {
    const bytes = wholeBody(request)
    if (bytes.length === 0) return
    const body = decode(readJsonObject(bytes, plan, limits), 0) as Input
    for (const name in body) if (names.has(name)) input[name] = body[name]
  }
}
