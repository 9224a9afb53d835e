import { sentHeaders } from "../../sent-headers.ts"
import type { HttpArrival } from "../exchange.ts"

/** Of the connection, not of the request. */
const OF_CONNECTION = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
])
/** What the gateway says itself, whatever the caller has said. */
const OURS = new Set(["x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"])

/**
 * The headers that a backend is told, in lower case, with all of their values. A signature, which is spent, is kept back (UNVERIFIED:
 * that AWS does so).
 */
export function backendHeaders(arrival: HttpArrival): [name: string, values: readonly string[]][] {
  const { request, traceId, authorizer } = arrival
  const isSigned = authorizer?.is === "iam"
  const headers: [string, readonly string[]][] = []
  for (const { lower, values } of sentHeaders(request.rawHeaders)) {
    if (OF_CONNECTION.has(lower) || OURS.has(lower) || (isSigned && lower === "authorization")) continue
    headers.push([lower, values])
  }
  const before = request.headers["x-forwarded-for"]
  const port = /:(\d+)$/.exec(request.headers.host ?? "")?.[1]
  if (traceId !== undefined) headers.push(["x-amzn-trace-id", [traceId]])
  headers.push(
    ["x-forwarded-for", [before ? `${before}, ${request.remoteAddress}` : request.remoteAddress]],
    ["x-forwarded-port", [port ?? (request.secure ? "443" : "80")]],
    ["x-forwarded-proto", [request.secure ? "https" : "http"]],
  )
  return headers
}
