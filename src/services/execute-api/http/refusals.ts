import { WireError } from "../../../wire/errors.ts"
import type { HttpResponse } from "../../../wire/http.ts"

/** What the gateway of an HTTP API answers by itself: `{"message": ...}`, and the id of the request. */
export class HttpApiRefusal extends WireError {
  override name = "HttpApiRefusal"
}

const refusal =
  (code: string, status: number, message: string) =>
  (because: unknown, headers: Record<string, string> = {}): HttpApiRefusal =>
    new HttpApiRefusal(code, message, { status, headers, because })

/** Developer Guide, "Routing API requests". */
export const notFound = refusal("NotFoundException", 404, "Not Found")
export const unauthorized = refusal("UnauthorizedException", 401, "Unauthorized")
/** Reported by many, of every reason; UNVERIFIED by a recording. */
export const forbidden = refusal("ForbiddenException", 403, "Forbidden")
/** Developer Guide, "Troubleshooting HTTP API Lambda integrations". */
export const internalError = refusal("InternalServerErrorException", 500, "Internal Server Error")
// Reported by many; UNVERIFIED by a recording: the bodies of these three.
export const tooLarge = refusal("RequestEntityTooLargeException", 413, "Request Entity Too Large")
export const tooManyRequests = refusal("TooManyRequestsException", 429, "Too Many Requests")
export const unavailable = refusal("ServiceUnavailableException", 503, "Service Unavailable")

/** What others throw (authentication, the body's reader, the store) as the gateway says it. */
export function asHttpApiRefusal(error: WireError): HttpApiRefusal {
  if (error instanceof HttpApiRefusal) return error
  const { status, because } = error
  // Why is for those alone who may see the record of it.
  const why = because ?? { check: "request", found: error.message }
  if (status === 413) return tooLarge(why)
  if (status === 503) return unavailable(why)
  if (status >= 500) return internalError(why)
  return status === 400
    ? new HttpApiRefusal("BadRequestException", "Bad Request", { status, because: why })
    : forbidden(why)
}

const TYPES: Readonly<Record<number, string>> = {
  401: "UNAUTHORIZED",
  403: "ACCESS_DENIED",
  404: "RESOURCE_NOT_FOUND",
  413: "REQUEST_TOO_LARGE",
  429: "THROTTLED",
  500: "INTEGRATION_FAILURE",
  503: "INTEGRATION_TIMEOUT",
}

/** `$context.error.responseType`. UNVERIFIED: which it is of each. */
export const responseType = (status: number): string => TYPES[status] ?? (status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX")

export const renderRefusal = ({ status, message, headers }: HttpApiRefusal, requestId: string): HttpResponse => ({
  status,
  headers: { "Content-Type": "application/json", "apigw-requestid": requestId, ...headers },
  body: JSON.stringify({ message }),
})
