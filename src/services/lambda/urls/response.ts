import { isSendable } from "../../../wire/header-text.ts"
import type { HttpResponse } from "../../../wire/http.ts"

/** What a function says of its answer besides the body. */
export interface Head {
  status: number
  headers: HttpResponse["headers"]
}

/**
 * What a function answered, as the caller of its URL gets it; undefined where it makes no HTTP answer. With a `statusCode`
 * the members apply, else the whole is the body (Developer Guide, "Invoking Lambda function URLs"; strings go out unquoted and
 * numbers may be text: recorded 2025-11).
 */
export function urlResponse(payload: Uint8Array): HttpResponse | undefined {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8")
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof answer !== "object" || answer === null || !("statusCode" in answer))
    return { status: 200, headers: { "Content-Type": JSON_TYPE }, body: typeof answer === "string" ? answer : text }
  const head = parseHead(answer)
  const { body, isBase64Encoded } = answer as { body?: unknown; isBase64Encoded?: unknown }
  // UNVERIFIED that a body which is no text fails the whole answer.
  if (!head || (body !== undefined && body !== null && typeof body !== "string")) return undefined
  return { ...head, body: isBase64Encoded === true ? Buffer.from(body ?? "", "base64") : (body ?? "") }
}

const JSON_TYPE = "application/json"

/** The head of an answer, from its members or from what a stream begins with; undefined where it is none. */
export function parseHead(answer: object, type = JSON_TYPE): Head | undefined {
  const { statusCode, headers, cookies } = answer as { statusCode?: unknown; headers?: unknown; cookies?: unknown }
  const status = statusCode === undefined ? 200 : parseStatus(statusCode)
  if (status === undefined) return undefined
  const sent: HttpResponse["headers"] = {}
  for (const [name, value] of Object.entries(headers ?? {})) {
    const lower = name.toLowerCase()
    if (OURS.has(lower) || value === null || value === undefined) continue
    if (!isPlain(value) || !isSendable(lower, String(value))) return undefined
    sent[lower] = String(value)
  }
  sent["content-type"] ??= type
  const given: readonly unknown[] = Array.isArray(cookies) ? cookies : []
  if (!given.every((cookie) => isPlain(cookie) && isSendable("set-cookie", String(cookie)))) return undefined
  const list = given.map(String)
  if (list.length > 0) sent["set-cookie"] = list
  return { status, headers: sent }
}

/** A number, or digits. UNVERIFIED which numbers are no status there. */
function parseStatus(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined
}

/** Of the connection and of the length, which this server knows better than the function. */
const OURS = new Set(["content-length", "connection", "keep-alive", "transfer-encoding", "upgrade", "trailer", "te"])

/** What is no text of itself can be one that there is no way to make: `{ "toString": null }`. */
const isPlain = (value: unknown): boolean => typeof value !== "object"

/**
 * What a failed function comes to: its error is for its log alone (status and text recorded 2025-11). UNVERIFIED: the type.
 */
export const badGateway = (): HttpResponse => ({
  status: 502,
  headers: { "Content-Type": JSON_TYPE },
  body: "Internal Server Error",
})
