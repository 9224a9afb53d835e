import type { Catalogue, ServedService } from "./catalogue.ts"
import { type Foreign, findForeign, operationNamed } from "./foreign.ts"
import { findSite, findSiteByPath } from "./identify-site.ts"
import type { SiteHost } from "./site.ts"
import type { HttpRequest } from "./wire/http.ts"

/** Which service a request is for, and the path as that service reads it. */
export interface Target {
  served: ServedService
  /** For virtual-hosted buckets `/<bucket><path>`; else the path as sent. */
  path: string
  /** The service had to be guessed: the request names none. */
  unnamed: boolean
  /** The host of the service's own that the request is to. */
  site?: SiteHost
}

/** Finds the service by host, credential scope, target and query, in this order; what names none is the fallback's. */
export function identify(request: HttpRequest, catalogue: Catalogue, baseHosts: readonly string[]): Target | Foreign {
  const name = hostOf(request)
  const labels = labelsOf(name, baseHosts)
  const site = findSiteByPath(request, name, catalogue) ?? findSite(labels, name, request, catalogue)
  if (site) return site
  const foreign = findForeign(request)
  if (foreign) return foreign
  const bucket = labels === undefined ? undefined : virtualBucket(labels)
  if (bucket !== undefined) {
    const path = bucket === "" ? request.path : `/${bucket}${request.path}`
    return { served: catalogue.fallback, path, unnamed: false }
  }
  const signingName = signingNameOf(request)
  if (signingName !== undefined) {
    const served = findBySigningName(signingName, request, catalogue)
    return served ? { served, path: request.path, unnamed: false } : foreignOf(request, signingName)
  }
  const target = request.headers["x-amz-target"]
  if (target !== undefined) {
    const prefix = target.slice(0, target.lastIndexOf("."))
    const served = catalogue.byTarget.get(prefix)
    return served ? { served, path: request.path, unnamed: false } : foreignOf(request, prefix)
  }
  const action = /(?:^|&)Action=(\w+)/.exec(request.query)?.[1]
  const served =
    action === undefined
      ? findByPreflight(request, catalogue)
      : findByAction(action, versionOf(request.query), catalogue)
  if (served) return { served, path: request.path, unnamed: false }
  return { served: catalogue.fallback, path: request.path, unnamed: true }
}

function findBySigningName(
  name: string,
  { path, headers }: HttpRequest,
  { sharing, bySigningName }: Catalogue,
): ServedService | undefined {
  const target = headers["x-amz-target"]
  const isMeant = ({ service: { shares, targetPrefix } }: ServedService) =>
    shares!.paths === undefined ? target?.startsWith(`${targetPrefix}.`) : path.startsWith(shares!.paths)
  return sharing.find((one) => one.service.shares!.signingName === name && isMeant(one)) ?? bySigningName.get(name)
}

/**
 * A browser asks before its request by the path alone: a service whose paths are its own and that lets every origin in is
 * known by them. They begin with dates and words that S3 would take for buckets; a bucket of such a name keeps its rules for
 * the request itself, whose signature names S3.
 */
function findByPreflight(
  { method, path, query, headers }: HttpRequest,
  catalogue: Catalogue,
): ServedService | undefined {
  const asked = headers["access-control-request-method"]
  if (method !== "OPTIONS" || asked === undefined) return undefined
  return catalogue.all.find(
    ({ service, router }) =>
      service.cors && service.protocol === "restJson1" && router?.match(asked, path, query, headers) !== undefined,
  )
}

function foreignOf(request: HttpRequest, unknown: string): Foreign {
  const operation = operationNamed(request)
  return operation === undefined ? { unknown } : { unknown, operation }
}

const versionOf = (query: string): string | undefined => /(?:^|&)Version=([\d-]+)/.exec(query)?.[1]

/** The query service that has the `Action`, of the right version where the request names one. */
export function findByAction(
  action: string,
  version: string | undefined,
  catalogue: Catalogue,
): ServedService | undefined {
  return catalogue.all.find(
    ({ service: { protocol, constraints }, known }) =>
      protocol === "awsQuery" && known.has(action) && (version === undefined || version === constraints.apiVersion),
  )
}

export function hostOf({ headers: { host = "" } }: HttpRequest): string {
  // Longer than any name (RFC 1035, 2.3.4) and a port: no host of ours, and nothing is made of its parts.
  return host.length > MOST_HOST_CHARACTERS ? "" : host.replace(/:\d+$/, "").toLowerCase()
}

const MOST_HOST_CHARACTERS = 255 + ":65535".length

/** What stands before `.<base>` in a host; undefined for a base itself and for any other host. */
function labelsOf(host: string, baseHosts: readonly string[]): string | undefined {
  const base = baseHosts.find((one) => host.endsWith(`.${one}`))
  return base === undefined ? undefined : host.slice(0, -base.length - 1)
}

/** The bucket of `<bucket>.s3` or `<bucket>.s3.<region>`, empty for S3's own host. Bucket names may hold dots, so the last `.s3.` counts. */
function virtualBucket(labels: string): string | undefined {
  const found = /^(?:(.+)\.)?s3(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?$/.exec(labels)
  return found ? (found[1] ?? "") : undefined
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
