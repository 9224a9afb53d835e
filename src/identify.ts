import type { Catalogue, ServedService } from "./catalogue.ts"
import { type Foreign, findForeign, operationNamed } from "./foreign.ts"
import type { HttpRequest } from "./wire/http.ts"

/** Which service a request is for, and the path as that service reads it. */
export interface Target {
  served: ServedService
  /** For virtual-hosted buckets `/<bucket><path>`; else the path as sent. */
  path: string
  /** The service had to be guessed: the request names none. */
  unnamed: boolean
}

/** Finds the service by host, credential scope, target and query, in this order; what names none is the fallback's. */
export function identify(request: HttpRequest, catalogue: Catalogue, baseHosts: readonly string[]): Target | Foreign {
  const foreign = findForeign(request)
  if (foreign) return foreign
  const bucket = virtualBucket(request.headers.host ?? "", baseHosts)
  if (bucket !== undefined) {
    const path = bucket === "" ? request.path : `/${bucket}${request.path}`
    return { served: catalogue.fallback, path, unnamed: false }
  }
  const signingName = signingNameOf(request)
  if (signingName !== undefined) {
    const served = catalogue.bySigningName.get(signingName)
    return served ? { served, path: request.path, unnamed: false } : foreignOf(request, signingName)
  }
  const target = request.headers["x-amz-target"]
  if (target !== undefined) {
    const prefix = target.slice(0, target.lastIndexOf("."))
    const served = catalogue.byTarget.get(prefix)
    return served ? { served, path: request.path, unnamed: false } : foreignOf(request, prefix)
  }
  const action = /(?:^|&)Action=(\w+)/.exec(request.query)?.[1]
  const served = action === undefined ? undefined : findByAction(action, request.query, catalogue)
  if (served) return { served, path: request.path, unnamed: false }
  return { served: catalogue.fallback, path: request.path, unnamed: true }
}

function foreignOf(request: HttpRequest, unknown: string): Foreign {
  const operation = operationNamed(request)
  return operation === undefined ? { unknown } : { unknown, operation }
}

/** The query service that has the `Action` of these form parameters, of the right version where they name one. */
export function findByAction(action: string, parameters: string, catalogue: Catalogue): ServedService | undefined {
  const version = /(?:^|&)Version=([\d-]+)/.exec(parameters)?.[1]
  return catalogue.all.find(
    ({ service: { protocol, constraints }, known }) =>
      protocol === "awsQuery" && known.has(action) && (version === undefined || version === constraints.apiVersion),
  )
}

/**
 * The bucket of `<bucket>.s3.<base>` or `<bucket>.s3.<region>.<base>`; empty for S3's own host; undefined for any other
 * host. Bucket names may hold dots, so the last `.s3.` counts.
 */
function virtualBucket(hostHeader: string, baseHosts: readonly string[]): string | undefined {
  const host = hostHeader.replace(/:\d+$/, "").toLowerCase()
  for (const base of baseHosts) {
    if (!host.endsWith(`.${base}`)) continue
    const labels = /^(?:(.+)\.)?s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?$/.exec(host.slice(0, -base.length - 1))
    if (labels) return labels[1] ?? ""
  }
  return undefined
}

/** `Credential=<id>/<date>/<region>/<service>/aws4_request`, of the header or of a presigned URL. */
function signingNameOf(request: HttpRequest): string | undefined {
  const { authorization } = request.headers
  // Signature Version 2 has no scope, and S3 alone takes it.
  if (authorization?.startsWith("AWS ")) return "s3"
  if (authorization?.startsWith("AWS4-")) return scopeService(authorization, authorization.indexOf("Credential="), "/")
  const at = request.query.indexOf("X-Amz-Credential=")
  if (at < 0) return undefined
  return scopeService(request.query, at, request.query.includes("%2F", at) ? "%2F" : "/")
}

function scopeService(text: string, at: number, separator: string): string | undefined {
  if (at < 0) return undefined
  const end = text.slice(at).search(/[,&\s]/)
  const parts = (end < 0 ? text.slice(at) : text.slice(at, at + end)).split(separator)
  // An access key id may not hold a slash, so the service is the fourth part; where there are fewer, the signature check
  // of the fallback says what is wrong.
  return parts.length >= 5 ? parts.at(-2)?.toLowerCase() : undefined
}
