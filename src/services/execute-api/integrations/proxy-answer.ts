import { isSendable } from "../../../wire/header-text.ts"
import type { HttpResponse } from "../../../wire/http.ts"

const MEMBERS = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"])

/** What of an answer is the gateway's and the connection's own. */
const DROPPED = new Set(["transfer-encoding", "keep-alive", "te", "trailer"])

/** Headers that the gateway has of its own: a function's are passed on under another name (recorded 2025). */
const REMAPPED = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "server",
  "user-agent",
  "www-authenticate",
  "x-amzn-requestid",
])

export const remapped = (name: string): string => (REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name)
export const isDropped = (name: string): boolean => DROPPED.has(name.toLowerCase())

/**
 * What a function answered to a proxy's call; undefined where it is malformed (recorded 2025): it has to be an object of these
 * members alone. `decodes` says whether Base64 is taken for bytes, by the content type of the answer.
 */
export function proxyAnswer(
  payload: Uint8Array,
  decodes: (contentType: string | undefined) => boolean,
): HttpResponse | undefined {
  const answer = parseObject(payload)
  if (!answer || !Object.keys(answer).every((name) => MEMBERS.has(name))) return undefined
  const { statusCode, body = null, isBase64Encoded } = answer
  const status = statusOf(statusCode)
  const headers = headersOf(answer)
  if (status === undefined || !headers || (body !== null && typeof body !== "string")) return undefined
  const type = findType(headers)
  if (type === undefined) headers["Content-Type"] = "application/json"
  const text = body ?? ""
  const isBytes = isBase64Encoded === true && decodes(type)
  return { status, headers, body: isBytes ? Buffer.from(text, "base64") : text }
}

function parseObject(payload: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8")
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** Missing, it is 200. UNVERIFIED which numbers are no status. */
function statusOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 200
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined
}

/** Of both members; of a name that is in both, those of `multiValueHeaders` come first. */
function headersOf({ headers, multiValueHeaders }: Record<string, unknown>): HttpResponse["headers"] | undefined {
  const byName = new Map<string, { name: string; values: string[] }>()
  const add = (name: string, value: unknown): boolean => {
    if (typeof value === "object") return value === null
    const text = String(value)
    if (!isSendable(name, text)) return false
    if (isDropped(name)) return true
    const lower = name.toLowerCase()
    const known = byName.get(lower)
    if (known) known.values.push(text)
    else byName.set(lower, { name: remapped(name), values: [text] })
    return true
  }
  for (const [name, values] of entriesOf(multiValueHeaders)) {
    if (!Array.isArray(values) || !values.every((value) => add(name, value))) return undefined
  }
  for (const [name, value] of entriesOf(headers)) if (!add(name, value)) return undefined
  return Object.fromEntries(
    [...byName.values()].map(({ name, values }) => [name, values.length === 1 ? values[0]! : values]),
  )
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : []

function findType(headers: HttpResponse["headers"]): string | undefined {
  const name = Object.keys(headers).find((one) => one.toLowerCase() === "content-type")
  const value = name === undefined ? undefined : headers[name]
  return Array.isArray(value) ? value[0] : value === undefined ? undefined : String(value)
}
