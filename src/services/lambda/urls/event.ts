import type { Caller } from "../../../authentication/caller.ts"
import type { HttpRequest } from "../../../wire/http.ts"

/** What an event tells of the request beyond what the request says itself. */
export interface UrlCircumstances {
  urlId: string
  /** The host that was asked for, without the port. */
  domainName: string
  /** The owner of the function; told where callers sign. */
  account: string
  caller: Caller
  requestId: string
  traceId: string
  /** Milliseconds since the epoch. */
  now: number
}

/**
 * A request as the function behind a URL gets it: payload format 2.0 (Developer Guide, "Invoking Lambda function URLs"; order
 * of members and what is left out as in events that functions logged, 2023 to 2024).
 */
export function urlEvent(request: HttpRequest & { body: Uint8Array }, circumstances: UrlCircumstances): object {
  const { urlId, domainName, account, caller, requestId, now } = circumstances
  const { method, path, query, remoteAddress } = request
  const cookie = request.headers.cookie
  const isSigned = caller.kind !== "anonymous"
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/).filter((one) => one !== "") }),
    headers: eventHeaders(request, isSigned, circumstances.traceId),
    ...(query !== "" && { queryStringParameters: queryParameters(query) }),
    requestContext: {
      accountId: isSigned ? account : "anonymous",
      apiId: urlId,
      ...(isSigned && { authorizer: { iam: authorizerOf(caller) } }),
      domainName,
      domainPrefix: urlId,
      http: {
        method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: remoteAddress,
        userAgent: request.headers["user-agent"],
      },
      requestId,
      routeKey: "$default",
      stage: "$default",
      time: formatTime(now),
      timeEpoch: now,
    },
    ...eventBody(request),
  }
}

/** `principalOrgId` and `cognitoIdentity`: "function URLs don't use this parameter". */
const authorizerOf = (caller: Exclude<Caller, { kind: "anonymous" }>) => ({
  accessKey: caller.accessKeyId,
  accountId: caller.account,
  callerId: caller.userId,
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: caller.arn,
  userId: caller.userId,
})

/** Of the connection, not of the request. Cookies have a member of their own. */
const LEFT_OUT = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "cookie",
  "expect",
])

/** UNVERIFIED that the signature is kept from the function: it has no use for one that is spent. */
function eventHeaders(request: HttpRequest, isSigned: boolean, traceId: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined || LEFT_OUT.has(name) || (isSigned && name === "authorization")) continue
    headers[name] = value
  }
  const port = /:(\d+)$/.exec(request.headers.host ?? "")?.[1]
  headers["x-forwarded-for"] = request.remoteAddress
  headers["x-forwarded-proto"] = request.secure ? "https" : "http"
  headers["x-forwarded-port"] = port ?? (request.secure ? "443" : "80")
  headers["x-amzn-trace-id"] = traceId
  return headers
}

/** Decoded; several values of a name are joined by commas. */
export function queryParameters(query: string): Record<string, string> {
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = parameters.get(name)
    parameters.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(parameters)
}

/** Forms are no text here (recorded 2025-11 of multipart). UNVERIFIED that every `+json` and `+xml` is. */
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))(?:;|$|\s))/i

function eventBody({ body, headers }: HttpRequest & { body: Uint8Array }): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = TEXT.test(headers["content-type"] ?? "") ? bytes.toString("utf8") : undefined
  if (text !== undefined && Buffer.byteLength(text) === bytes.length && !text.includes("\ufffd"))
    return { body: text, isBase64Encoded: false }
  return { body: bytes.toString("base64"), isBase64Encoded: true }
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** `12/Mar/2020:19:03:58 +0000` */
function formatTime(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().split("T")
  const [year, month, day] = date.split("-")
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`
}
