import type { HttpRequest } from "../../../wire/http.ts"

const HEADERS = new Set(["authorization", "x-amz-security-token"])
const IN_QUERY = /^X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token)=/

/**
 * A request without the signature that it was let in by: for some minutes more that would be good for the same request, and
 * nothing behind the gateway has a use for it. UNVERIFIED how much of it AWS keeps back.
 */
export function withoutSignature(request: HttpRequest): HttpRequest {
  const rawHeaders: string[] = []
  for (let i = 0; i + 1 < request.rawHeaders.length; i += 2)
    if (!HEADERS.has(request.rawHeaders[i]!.toLowerCase()))
      rawHeaders.push(request.rawHeaders[i]!, request.rawHeaders[i + 1]!)
  const { authorization: _, "x-amz-security-token": __, ...headers } = request.headers
  const query = request.query.includes("X-Amz-")
    ? request.query
        .split("&")
        .filter((parameter) => !IN_QUERY.test(parameter))
        .join("&")
    : request.query
  return { ...request, headers, rawHeaders, query }
}
