import type { Deps } from "../../../call.ts"
import type { CorsHeaders } from "../../../service.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { findBucket } from "../buckets/record.ts"
import { badRequest } from "../errors.ts"
import { type CorsRequest, corsHeadersOf, findCorsRule } from "./match.ts"

/**
 * What the bucket of a path lets the page of an origin see. A preflight that is refused throws S3's words for it
 * (recorded); any other request is answered without the headers.
 */
export async function crossOrigin(request: HttpRequest, path: string, { store }: Deps): Promise<CorsHeaders> {
  const { headers } = request
  const isPreflight = request.method === "OPTIONS"
  const asked = corsRequest(request)
  // Both recorded.
  if (isPreflight && headers.origin === undefined)
    throw badRequest("Insufficient information. Origin request header needed.")
  if (isPreflight && headers["access-control-request-method"] === undefined)
    throw new WireError("BadRequest", "Invalid Access-Control-Request-Method: null", { status: 403 })
  const [, name = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? []
  const resource = key === "" ? "BUCKET" : "OBJECT"
  if (name === "") return undefined
  const bucket = await findBucket(store, name)
  if (!bucket) return isPreflight ? refuse("Bucket not found", "OPTIONS", "BUCKET") : undefined
  if (!bucket.cors)
    return isPreflight ? refuse("CORS is not enabled for this bucket.", asked.method, resource) : undefined
  const rule = findCorsRule(bucket.cors, asked)
  if (rule) return corsHeadersOf(rule, asked)
  return isPreflight ? refuse(NOT_LISTED, asked.method, resource) : undefined
}

/** AWS's spelling. */
const NOT_LISTED =
  "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."

function corsRequest({ method, headers }: HttpRequest): CorsRequest {
  const requested = headers["access-control-request-headers"] ?? ""
  return {
    origin: headers.origin ?? "",
    method: method === "OPTIONS" ? (headers["access-control-request-method"] ?? "") : method,
    headers:
      method === "OPTIONS"
        ? requested
            .split(",")
            .map((header) => header.trim().toLowerCase())
            .filter((header) => header !== "")
        : [],
  }
}

function refuse(message: string, Method: string, ResourceType: string): never {
  throw new WireError("AccessForbidden", `CORSResponse: ${message}`, { status: 403, members: { Method, ResourceType } })
}
