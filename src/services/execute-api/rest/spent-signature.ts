import type { HttpRequest } from "../../../wire/http.ts"
import { withoutHeaders } from "../without-headers.ts"

const HEADERS = new Set(["authorization", "x-amz-security-token"])
const IN_QUERY = /^X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)=/

/**
 * A request without the signature that it was let in by: for some minutes more that would be good for the same request, and
 * nothing behind the gateway has a use for it. UNVERIFIED how much of it AWS keeps back.
 */
export function withoutSignature(request: HttpRequest): HttpRequest {
  const query = request.query.includes("X-Amz-")
    ? request.query
        .split("&")
        .filter((parameter) => !IN_QUERY.test(parameter))
        .join("&")
    : request.query
  return { ...withoutHeaders(request, HEADERS), query }
}
