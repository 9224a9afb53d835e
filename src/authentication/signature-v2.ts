import { createHmac } from "node:crypto"
import type { WireError } from "../wire/errors.ts"
import type { HttpRequest } from "../wire/http.ts"
import { findHeader, findParameter, type QueryParameter } from "./canonical-request.ts"
import type { Claimed } from "./claimed.ts"
import type { AuthenticationDeps } from "./deps.ts"
import { dateMissing, s3Refusals, tooSkewed } from "./errors-s3.ts"
import { incompleteQuery, malformedExpires, malformedHeader, requestExpired, wrongSignature } from "./errors-v2.ts"
import { IN_QUERY } from "./find-claim.ts"
import { findSecret, type IssuedSecret } from "./issuer.ts"
import { s3Payload } from "./payload.ts"
import { decodePercent } from "./percent-encoding.ts"
import { parseLooseDate } from "./signing-date.ts"
import { isSameSignature } from "./signing-key.ts"
import type { SigningScope } from "./signing-scope.ts"

/**
 * Signature Version 2, which S3 alone takes: `Authorization: AWS <key>:<signature>`, or `AWSAccessKeyId`, `Signature`
 * and `Expires` in the query, as boto3 presigns unless it is told otherwise. Source: S3 user guide, "Signing and
 * authenticating REST requests"; the parameters that are signed are those of botocore, which knows more of them.
 */
export interface ClaimV2 {
  place: "header" | "query"
  accessKeyId: string
  /** Base64. */
  signature: string
  securityToken: string | undefined
}

const HEADER_START = "AWS "
const REGION = "us-east-1"
const WINDOW_MILLISECONDS = 15 * 60 * 1000

export function findClaimV2(request: HttpRequest, query: readonly QueryParameter[]): ClaimV2 | undefined {
  const authorization = findHeader(request, "authorization")
  const isInQuery =
    query.some(({ name }) => name === "AWSAccessKeyId" || name === "Signature") &&
    !query.some(({ name }) => IN_QUERY.has(name))
  if (isInQuery) {
    if (authorization !== undefined) throw s3Refusals.twoSignatures(authorization)
    const accessKeyId = findParameter(query, "AWSAccessKeyId")
    const signature = findParameter(query, "Signature")
    if (!accessKeyId || !signature || !findParameter(query, "Expires")) throw incompleteQuery()
    const securityToken = findParameter(query, TOKEN) ?? findHeader(request, TOKEN)
    return { place: "query", accessKeyId, signature, securityToken }
  }
  if (!authorization?.startsWith(HEADER_START)) return undefined
  // Its header does not cover what a query that looks presigned would bring along.
  if (query.some(({ name }) => IN_QUERY.has(name))) throw s3Refusals.twoSignatures(authorization)
  const [accessKeyId, signature, ...more] = authorization.slice(HEADER_START.length).trim().split(":")
  if (!accessKeyId || !signature || more.length > 0) throw malformedHeader(authorization)
  return { place: "header", accessKeyId, signature, securityToken: findHeader(request, TOKEN) }
}

const TOKEN = "x-amz-security-token"

/** `path` begins with the bucket, whether the request has it there or in its host. */
export function claimOfV2(
  claim: ClaimV2,
  request: HttpRequest,
  path: string,
  query: readonly QueryParameter[],
  { regions }: SigningScope,
  deps: AuthenticationDeps,
): Claimed | Promise<Claimed> {
  const now = deps.clock.now()
  const signedAt = claim.place === "query" ? assertNotExpired(query, now) : assertRecent(request, now)
  const stringToSign = stringToSignV2(claim.place, request, path, query)
  const payloadOf = (read: HttpRequest) => s3Payload(read, findHeader(read, "x-amz-content-sha256"), undefined)
  const conclude = ({ secretAccessKey, callerOf }: IssuedSecret): Claimed => ({
    prove(proving) {
      const isSigned = (text: string) => isSameSignature(claim.signature, signV2(secretAccessKey, text))
      if (
        !isSigned(stringToSign) &&
        !(isBucket(path) && isSigned(stringToSignV2(claim.place, request, `${path}/`, query)))
      )
        throw wrongSignature(claim.accessKeyId, claim.signature, stringToSign)
      const caller = callerOf({
        accessKeyId: claim.accessKeyId,
        // The signature names none.
        region: regions?.[0] ?? deps.defaultRegion ?? REGION,
        signingName: "s3",
        authType: claim.place === "header" ? "REST-HEADER" : "REST-QUERY-STRING",
        signatureVersion: "AWS",
        ...(signedAt !== undefined && { signatureAgeMilliseconds: Math.max(0, now - signedAt) }),
        payload: payloadOf(proving),
      })
      return { caller, payloadOf }
    },
  })
  const secret = findSecret(claim, deps, s3Refusals)
  return secret instanceof Promise ? secret.then(conclude) : conclude(secret)
}

/** A bucket alone: botocore signs `/bucket/` whether or not the path ends so. */
const isBucket = (path: string): boolean => /^\/[^/]+$/.test(path)

/** In base64. Texts are of one character a byte, as `node:http` gives them. */
export const signV2 = (secretAccessKey: string, text: string): string =>
  createHmac("sha1", secretAccessKey).update(text, "latin1").digest("base64")

function assertNotExpired(query: readonly QueryParameter[], now: number): undefined {
  const expires = findParameter(query, "Expires")!
  const seconds = Number(expires)
  if (!/^-?\d{1,15}$/.test(expires)) throw malformedExpires(expires)
  // What a date cannot hold is far enough away not to matter.
  if (seconds * 1000 < now) throw requestExpired(Math.max(seconds, 0), now)
}

function assertRecent(request: HttpRequest, now: number): number {
  const date = findHeader(request, "x-amz-date") ?? findHeader(request, "date")
  const time = date === undefined ? undefined : parseLooseDate(date)
  // Recorded: what is before the epoch is no date.
  if (date === undefined || time === undefined || time < 0) throw dateMissing() satisfies WireError
  if (Math.abs(now - time) > WINDOW_MILLISECONDS) throw tooSkewed({ timestamp: date }, now, WINDOW_MILLISECONDS)
  return time
}

function stringToSignV2(
  place: ClaimV2["place"],
  request: HttpRequest,
  path: string,
  query: readonly QueryParameter[],
): string {
  const named = (name: string) =>
    findHeader(request, name) ?? (place === "query" ? findInQuery(query, name) : undefined)
  const date =
    place === "query"
      ? findParameter(query, "Expires")
      : findHeader(request, "x-amz-date") === undefined
        ? findHeader(request, "date")
        : ""
  const first = [request.method, named("content-md5") ?? "", named("content-type") ?? "", date ?? ""]
  return [...first, ...amzHeaders(place, request, query), canonicalResource(path, query)].join("\n")
}

const findInQuery = (query: readonly QueryParameter[], name: string): string | undefined => {
  const found = query.find((parameter) => parameter.name.toLowerCase() === name)
  return found && decodePercent(found.value)
}

/** `x-amz-` headers by name; a presigned URL has them in its query. */
function amzHeaders(place: ClaimV2["place"], request: HttpRequest, query: readonly QueryParameter[]): string[] {
  const values = new Map<string, string>()
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]!.toLowerCase()
    if (!name.startsWith("x-amz-")) continue
    const value = unfolded(request.rawHeaders[i + 1]!)
    const before = values.get(name)
    values.set(name, before === undefined ? value : `${before},${value}`)
  }
  if (place === "query")
    for (const { name, value } of query) {
      const header = name.toLowerCase()
      if (header.startsWith("x-amz-") && !values.has(header)) values.set(header, decodePercent(value))
    }
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`)
}

const unfolded = (value: string): string =>
  value
    .split("\n")
    .map((line) => line.trim())
    .join(" ")

/**
 * Parameters that are part of the resource. Others, such as `prefix`, are not signed at all. Those that are newer than the
 * signature, and so not in botocore's list, are signed too: else who holds a URL could make another request of it.
 */
export const SIGNED_PARAMETERS: ReadonlySet<string> = new Set(
  `abac accelerate acl analytics annotation attributes cors defaultObjectAcl delete encryption intelligent-tiering
  inventory legal-hold lifecycle location logging metadataAnnotationTable metadataConfiguration metadataInventoryTable
  metadataJournalTable metadataTable metrics notification object-lock ownershipControls partNumber policy policyStatus
  publicAccessBlock renameObject replication requestPayment response-cache-control response-content-disposition
  response-content-encoding response-content-language response-content-type response-expires restore retention select
  select-type session storageClass tagging torrent uploadId uploads versionId versioning versions website`.split(/\s+/),
)

function canonicalResource(path: string, query: readonly QueryParameter[]): string {
  const signed = query
    .map(({ name, value }) => [decodePercent(name), decodePercent(value)] as const)
    .filter(([name]) => SIGNED_PARAMETERS.has(name))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
  return signed.length === 0 ? path : `${path}?${signed.join("&")}`
}
