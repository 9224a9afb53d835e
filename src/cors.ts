import type { Deps } from "./call.ts"
import type { ServedService } from "./catalogue.ts"
import type { CorsHeaders, Service } from "./service.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"
import { requestIdHeaders } from "./wire/index.ts"

/** As the JSON services and STS answer browsers (recorded answers of cognito-identity, facts of 2024). */
const OPEN: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
}

const EXPOSED = "access-control-expose-headers"

const openHeaders = ({ exposedHeaders }: Service): Readonly<Record<string, string>> =>
  exposedHeaders ? { ...OPEN, [EXPOSED]: [OPEN[EXPOSED], ...exposedHeaders].join(",") } : OPEN

/**
 * A preflight names no service. At `/` it is for one of those that are called there and let every origin in: buckets,
 * whose rules are their own, have longer paths.
 */
const isOpen = (service: Service, { method }: HttpRequest, path: string): boolean =>
  service.cors === true || (path === "/" && (method === "OPTIONS" || service.crossOrigin === undefined))

/** What a browser must be told so that it gives the answer to the page that asked. */
function corsHeaders(
  service: Service,
  request: HttpRequest,
  path: string,
  deps: Deps,
): CorsHeaders | Promise<CorsHeaders> {
  const hasOrigin = request.headers.origin !== undefined
  if (isOpen(service, request, path)) return hasOrigin ? openHeaders(service) : undefined
  // What a preflight lacks, the service says.
  return hasOrigin || request.method === "OPTIONS" ? service.crossOrigin?.(request, path, deps) : undefined
}

/** Adds to an answer what lets the page see it. A preflight that came here was refused: there is nothing to see. */
export async function addCorsHeaders(
  response: HttpResponse,
  service: Service,
  request: HttpRequest,
  path: string,
  deps: Deps,
): Promise<void> {
  if (request.method !== "OPTIONS") Object.assign(response.headers, await corsHeaders(service, request, path, deps))
}

/** The answer to a browser's `OPTIONS`. */
export async function preflight(
  { service, wire }: ServedService,
  request: HttpRequest,
  path: string,
  deps: Deps,
  requestId: string,
): Promise<HttpResponse> {
  const headers: HttpResponse["headers"] = requestIdHeaders({ requestId }, wire)
  const allowed = await corsHeaders(service, request, path, deps)
  if (!allowed) return { status: 403, headers, body: undefined }
  Object.assign(headers, allowed)
  if (isOpen(service, request, path)) {
    headers["access-control-allow-methods"] = request.headers["access-control-request-method"] ?? "POST"
    headers["access-control-allow-headers"] = request.headers["access-control-request-headers"] ?? "*"
    headers["access-control-max-age"] = 172_800
  }
  return { status: 200, headers, body: undefined }
}
