import type { Cors } from "@aws-sdk/client-lambda"
import { isSendable } from "../../../wire/header-text.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"

/**
 * The answer to a browser's question, from the URL's configuration alone, without the function (Developer Guide, "Cross-origin
 * resource sharing (CORS)": of preflights, what is configured takes precedence). What is not allowed is not told, and that
 * refuses it.
 */
export function preflightAnswer(cors: Cors, request: HttpRequest): HttpResponse {
  const headers: HttpResponse["headers"] = { vary: "Origin" }
  const origin = allowedOrigin(cors, request)
  if (origin !== undefined) {
    headers["access-control-allow-origin"] = origin
    const method = request.headers["access-control-request-method"]
    if (method !== undefined && isAllowed(cors.AllowMethods, method)) headers["access-control-allow-methods"] = method
    const asked = listOf(request.headers["access-control-request-headers"])
    if (asked.length > 0 && asked.every((name) => isAllowed(cors.AllowHeaders, name)))
      headers["access-control-allow-headers"] = asked.join(",")
    if (cors.AllowCredentials) headers["access-control-allow-credentials"] = "true"
    if (cors.MaxAge) headers["access-control-max-age"] = cors.MaxAge
  }
  return { status: 200, headers, body: undefined }
}

/** Adds what is configured to an answer; headers that the function has of its own go out beside it. */
export function addCrossOrigin(cors: Cors, response: HttpResponse, request: HttpRequest): void {
  const origin = allowedOrigin(cors, request)
  if (origin === undefined) return
  const add = (name: string, value: string) => {
    const before = response.headers[name]
    response.headers[name] = before === undefined || String(before) === value ? value : [value, String(before)]
  }
  add("access-control-allow-origin", origin)
  if (cors.AllowCredentials) add("access-control-allow-credentials", "true")
  // The model lets anything be configured; what is no name of a header is none that a page could read.
  const exposed = (cors.ExposeHeaders ?? []).filter((name) => name === "*" || isSendable(name, ""))
  if (exposed.length > 0) add("access-control-expose-headers", exposed.join(","))
  if (origin !== "*") add("vary", "Origin")
}

/** `*` is told as itself; another origin as the browser named it. UNVERIFIED: that no origin of the request means no headers. */
function allowedOrigin({ AllowOrigins = [], AllowCredentials }: Cors, { headers }: HttpRequest): string | undefined {
  const { origin } = headers
  if (origin === undefined) return undefined
  if (AllowOrigins.includes("*")) return AllowCredentials ? origin : "*"
  return AllowOrigins.some((allowed) => allowed.toLowerCase() === origin.toLowerCase()) ? origin : undefined
}

/** Names of headers and methods, whatever their case; `*` is every one. */
const isAllowed = (allowed: readonly string[] = [], name: string): boolean =>
  allowed.some((one) => one === "*" || one.toLowerCase() === name.toLowerCase())

const listOf = (header = ""): string[] =>
  header
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
