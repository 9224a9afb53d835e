import type { HttpResponse } from "../../../wire/http.ts"
import type { Hosted } from "./hosted.ts"

/** Of everything that a browser's window shows. Pages add their own Content-Security-Policy. */
const WINDOW_HEADERS: HttpResponse["headers"] = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
}

const HSTS = "max-age=31536000 ; includeSubDomains"

/** The headers that every answer to a browser's window has. */
export const windowHeaders = ({ isSecure, requestId }: Hosted): HttpResponse["headers"] => ({
  ...WINDOW_HEADERS,
  "x-amz-cognito-request-id": requestId,
  ...(isSecure && { "strict-transport-security": HSTS }),
})

/** A 302, with these cookies. `location` is a URL that was made or checked here, never one that a request gave. */
export function redirect(hosted: Hosted, location: string, cookies: readonly string[] = []): HttpResponse {
  // A callback may hold what a header may not: it is sent as URLs have it.
  const sendable = location.replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character))
  return {
    status: 302,
    headers: {
      ...windowHeaders(hosted),
      location: sendable,
      ...(cookies.length > 0 && { "set-cookie": [...cookies] }),
    },
    body: undefined,
  }
}

/** A page of one sentence, for what has no page of its own. */
export const plainPage = (hosted: Hosted, status: number, sentence: string): HttpResponse => ({
  status,
  headers: { ...windowHeaders(hosted), "content-type": "text/plain; charset=utf-8" },
  body: `${sentence}\n`,
})

/** Headers of the endpoints that programs call. Source: "The userInfo endpoint", sample response; recorded of the token endpoint. */
export const programHeaders = ({ isSecure, requestId }: Hosted): HttpResponse["headers"] => ({
  "x-amz-cognito-request-id": requestId,
  "x-content-type-options": "nosniff",
  "x-xss-protection": "1; mode=block",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
  pragma: "no-cache",
  expires: "0",
  ...(isSecure && { "strict-transport-security": HSTS }),
  "x-frame-options": "DENY",
})

export const jsonAnswer = (
  hosted: Hosted,
  status: number,
  value: object,
  headers: HttpResponse["headers"] = {},
): HttpResponse => ({
  status,
  headers: { ...programHeaders(hosted), "content-type": "application/json;charset=UTF-8", ...headers },
  body: JSON.stringify(value),
})
