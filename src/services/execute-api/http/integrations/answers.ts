import { isSendable } from "../../../../wire/header-text.ts"
import type { HttpResponse } from "../../../../wire/http.ts"
import { parseJson } from "../../authorizers/lambda-answer.ts"

type Answer = Readonly<Record<string, unknown>>

const JSON_TYPE = "application/json"

/**
 * What a function answered, in payload format 2.0: with a `statusCode` its members count, else the whole is the body (Developer
 * Guide, "Create AWS Lambda proxy integrations for HTTP APIs"; texts go out unquoted: recorded of function URLs, 2025-11).
 * Undefined where it makes no answer.
 */
export function answerOf2(payload: Uint8Array): HttpResponse | undefined {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8")
  const answer = parseJson(payload)
  if (answer === undefined) return undefined
  if (answer === null) return { status: 200, headers: { "content-type": JSON_TYPE }, body: "" }
  if (!isObject(answer) || answer.statusCode === undefined)
    return { status: 200, headers: { "content-type": JSON_TYPE }, body: typeof answer === "string" ? answer : text }
  const headers = singleHeaders(answer.headers)
  const cookies = answer.cookies ?? []
  if (!headers || !Array.isArray(cookies)) return undefined
  const list = cookies.filter((cookie) => typeof cookie === "string" && isSendable("set-cookie", cookie)) as string[]
  if (list.length < cookies.length) return undefined
  if (list.length > 0) headers["set-cookie"] = list
  return whole(answer, headers)
}

/** In payload format 1.0: without a status it is none. */
export function answerOf1(payload: Uint8Array): HttpResponse | undefined {
  const answer = parseJson(payload)
  if (!isObject(answer) || answer.statusCode === undefined) return undefined
  const headers = singleHeaders(answer.headers)
  if (!headers) return undefined
  const several = answer.multiValueHeaders ?? {}
  if (!isObject(several)) return undefined
  for (const [name, values] of Object.entries(several)) {
    const texts = Array.isArray(values) ? values.map(textOf) : []
    if (!Array.isArray(values) || !texts.every((value) => value !== undefined && isSendable(name, value)))
      return undefined
    if (!DROPPED.has(name.toLowerCase())) headers[name.toLowerCase()] = texts as string[]
  }
  return whole(answer, headers)
}

function whole(
  { statusCode, body, isBase64Encoded }: Answer,
  headers: HttpResponse["headers"],
): HttpResponse | undefined {
  const status = statusOf(statusCode)
  if (status === undefined || (body !== undefined && body !== null && typeof body !== "string")) return undefined
  const text = body ?? ""
  headers["content-type"] ??= isBase64Encoded === true || text === "" ? JSON_TYPE : TEXT_TYPE
  return { status, headers, body: isBase64Encoded === true ? Buffer.from(text, "base64") : text }
}

/** UNVERIFIED: the type of a body whose function says none. */
const TEXT_TYPE = "text/plain; charset=utf-8"

/** UNVERIFIED which numbers are no status. */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined
}

/** What of an answer is the gateway's and the connection's own. */
export const DROPPED: ReadonlySet<string> = new Set([
  "apigw-requestid",
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
])

function singleHeaders(given: unknown): HttpResponse["headers"] | undefined {
  if (given === undefined || given === null) return {}
  if (!isObject(given)) return undefined
  const headers: HttpResponse["headers"] = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === null) continue
    const text = textOf(value)
    if (text === undefined || !isSendable(name, text)) return undefined
    if (!DROPPED.has(name.toLowerCase())) headers[name.toLowerCase()] = text
  }
  return headers
}

const textOf = (value: unknown): string | undefined =>
  typeof value === "object" || value === undefined ? undefined : String(value)

const isObject = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && !Array.isArray(value)
