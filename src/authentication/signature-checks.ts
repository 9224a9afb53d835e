import type { HttpRequest } from "../wire/http.ts"
import type { QueryParameter } from "./canonical-request.ts"
import { parseExpires } from "./find-claim.ts"
import { sentHeaders } from "./hoisted-headers.ts"
import type { Refusals, ScopeMismatch } from "./refusals.ts"
import { type SignatureClaim, TERMINATOR } from "./signature-claim.ts"
import type { SigningScope } from "./signing-scope.ts"

const WELL_FORMED_REGION = /^[A-Za-z0-9-]{1,64}$/
/** As AWS names its regions: `us-gov-west-1`. `aws-global` is none (recorded from S3, February 2026). */
const AWS_REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/
const FALLBACK_REGION = "us-east-1"

/**
 * The credential must be of this service, a region that it has, and the day of the request's date. `home` is the region of
 * the server, whatever it is called.
 */
export function assertScope(
  claim: SignatureClaim,
  scope: SigningScope,
  refusals: Refusals,
  home: string = FALLBACK_REGION,
): void {
  const day = claim.timestamp.slice(0, 8)
  const isRegion = isRegionOf(scope, claim.region, home)
  const isService = scope.signingNames ? scope.signingNames.includes(claim.service) : claim.service === scope.name
  if (isRegion && isService && claim.date === day && claim.terminator === TERMINATOR) return
  const mismatch: ScopeMismatch = {}
  if (!isRegion) mismatch.region = scope.regions?.[0] ?? home
  if (!isService) mismatch.service = scope.signingNames?.[0] ?? scope.name
  if (claim.date !== day) mismatch.date = day
  if (claim.terminator !== TERMINATOR) mismatch.terminator = TERMINATOR
  throw refusals.wrongScope(claim, mismatch)
}

/** Whoever keeps another service in a region of their own may call that as they like; S3's buckets are in AWS's. */
function isRegionOf({ regions, errors }: SigningScope, region: string, home: string): boolean {
  if (regions) return regions.includes(region)
  return errors === "s3" ? region === home || AWS_REGION.test(region) : WELL_FORMED_REGION.test(region)
}

const DEFAULT_WINDOW_SECONDS = 15 * 60

/**
 * A signature is good for the service's window around its date; a presigned URL of S3 from its date (less the window)
 * until `X-Amz-Expires`. Other services do not look at that: STS takes URLs that `aws eks get-token` signs for 60
 * seconds during 15 minutes (aws/aws-sdk-go issue 2167, kubernetes-sigs/aws-iam-authenticator pull request 160).
 */
export function assertCurrent(
  claim: SignatureClaim,
  query: readonly QueryParameter[],
  scope: SigningScope,
  now: number,
  refusals: Refusals,
): void {
  const window = { now, milliseconds: (scope.clockWindowSeconds ?? DEFAULT_WINDOW_SECONDS) * 1000 }
  let validForMilliseconds = window.milliseconds
  if (scope.errors === "s3" && claim.place === "query") {
    claim.expiresInSeconds = parseExpires(query, refusals)
    validForMilliseconds = claim.expiresInSeconds * 1000
  }
  if (claim.time - now > window.milliseconds) throw refusals.notYetCurrent(claim, window)
  if (now - claim.time > validForMilliseconds) throw refusals.expired(claim, window)
}

const TARGET = "x-amz-target"

/**
 * Every signature covers the host; S3 also demands every `x-amz-` header that is there, but for the hash of the
 * payload, which the signature covers anyway (UNVERIFIED: that S3 makes this exception).
 */
export function assertSignedHeaders(
  request: HttpRequest,
  claim: SignatureClaim,
  scope: SigningScope,
  refusals: Refusals,
): void {
  const names = claim.signedHeaders.split(";")
  if (!names.includes("host") && !names.includes(":authority")) throw refusals.hostNotSigned()
  // It says what is called: whoever could change it would call something else.
  if (scope.errors === "json" && Object.hasOwn(request.headers, TARGET) && !names.includes(TARGET))
    throw refusals.headersNotSigned([TARGET])
  if (scope.errors !== "s3") return
  const signed = new Set(names)
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith("x-amz-") && name !== "x-amz-content-sha256" && !signed.has(name),
  )
  if (unsigned.length === 0) return
  const sent = sentHeaders(request)
  const left = unsigned.filter((name) => sent.has(name))
  if (left.length > 0) throw refusals.headersNotSigned(left)
}
