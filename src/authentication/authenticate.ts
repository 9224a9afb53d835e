import type { HmacKey } from "../base/hmac.ts"
import type { HttpRequest } from "../wire/http.ts"
import type { AnonymousCaller, Caller, Payload } from "./caller.ts"
import {
  canonicalRequest,
  findHeader,
  findParameter,
  hashOfText,
  parseQuery,
  type QueryParameter,
} from "./canonical-request.ts"
import type { Claimed, Proven } from "./claimed.ts"
import type { AuthenticationDeps } from "./deps.ts"
import { refusalsOf } from "./errors.ts"
import { missingContentHash } from "./errors-body.ts"
import { s3Refusals } from "./errors-s3.ts"
import { findClaim } from "./find-claim.ts"
import { findSecret, type IssuedSecret } from "./issuer.ts"
import { assertContentHash, hashedPayload, hashOfBody, plainPayload, s3Payload, UNSIGNED_PAYLOAD } from "./payload.ts"
import type { ComputedTexts, Refusals } from "./refusals.ts"
import { assertCurrent, assertScope, assertSignedHeaders } from "./signature-checks.ts"
import { ALGORITHM, type SignatureClaim, scopeOf } from "./signature-claim.ts"
import { claimOfV2, findClaimV2 } from "./signature-v2.ts"
import { deriveSigningKey, findSigningKey, isSameSignature, rememberSigningKey, sign } from "./signing-key.ts"
import type { SigningScope } from "./signing-scope.ts"

export type { AccessKey } from "./access-key.ts"
export type { Claimed } from "./claimed.ts"
export type { SigningScope } from "./signing-scope.ts"
export type { AuthenticationDeps }

/**
 * What a request claims of its caller; undefined where it has no signature, so that its caller is anonymous. Nothing of
 * the body is looked at. Answers at once unless `findAccessKey` has to wait. Throws WireErrors in the words of the
 * service's family and nothing else. `path` begins with the bucket also where the request has it in its host.
 */
export function claimOf(
  request: HttpRequest,
  scope: SigningScope,
  deps: AuthenticationDeps,
  path: string = request.path,
): Claimed | undefined | Promise<Claimed> {
  const refusals = refusalsOf(scope.errors)
  const query = parseQuery(request.query)
  const claimV2 = scope.errors === "s3" ? findClaimV2(request, query) : undefined
  if (claimV2) return claimOfV2(claimV2, request, path, query, scope, deps)
  const claim = findClaim(request, query, refusals)
  if (!claim) return undefined

  const now = deps.clock.now()
  assertScope(claim, scope, refusals, deps.defaultRegion)
  assertCurrent(claim, query, scope, now, refusals)
  assertSignedHeaders(request, claim, scope, refusals)
  const conclude = (secret: IssuedSecret): Claimed => ({
    prove: (whole) => verify(whole, query, claim, scope, secret, now, refusals),
  })
  const secret = findSecret(claim, deps, refusals)
  return secret instanceof Promise ? secret.then(conclude) : conclude(secret)
}

/** Who makes a request whose body is here, or streams and is verified as it is read. See `claimOf`. */
export function authenticate(
  request: HttpRequest,
  scope: SigningScope,
  deps: AuthenticationDeps,
  path: string = request.path,
): Caller | Promise<Caller> {
  const conclude = (claim: Claimed | undefined): Caller =>
    claim ? claim.prove(request).caller : anonymousCaller(request, scope)
  const claim = claimOf(request, scope, deps, path)
  return claim instanceof Promise ? claim.then(conclude) : conclude(claim)
}

/** For requests that are not to be verified at all, and for those that have no signature. */
export function anonymousCaller(request: HttpRequest, scope: Pick<SigningScope, "errors">): AnonymousCaller {
  const payload =
    scope.errors === "s3"
      ? s3Payload(request, findHeader(request, "x-amz-content-sha256"), undefined)
      : plainPayload(request)
  return { kind: "anonymous", payload }
}

/** The one place where a signature is compared. */
function verify(
  request: HttpRequest,
  query: readonly QueryParameter[],
  claim: SignatureClaim,
  scope: SigningScope,
  { secretAccessKey, callerOf }: IssuedSecret,
  now: number,
  refusals: Refusals,
): Proven {
  const isS3 = scope.errors === "s3"
  const payloadHash = isS3 ? s3PayloadHash(request, query, claim) : ownPayloadHash(request)
  const canonical = canonicalRequest(request, {
    pathStyle: isS3 ? "as-is" : "normalized",
    signedHeaders: claim.signedHeaders,
    query,
    payloadHash,
  })
  const stringToSign = `${ALGORITHM}\n${claim.timestamp}\n${scopeOf(claim)}\n${hashOfText(canonical)}`

  const known = findSigningKey(secretAccessKey, claim)
  const key = known ?? deriveSigningKey(secretAccessKey, claim)
  const computed = { canonicalRequest: canonical, stringToSign }
  if (!isSameSignature(claim.signature, sign(key, stringToSign))) throw refusals.wrongSignature(claim, computed)
  if (!known) rememberSigningKey(secretAccessKey, claim, key)

  const payloadOf = (read: HttpRequest): Payload =>
    isS3
      ? verifiedS3Payload(read, payloadHash, claim, key)
      : verifiedPayload(read, payloadHash, claim, computed, refusals)
  const caller = callerOf({
    accessKeyId: claim.accessKeyId,
    region: claim.region,
    signingName: claim.service,
    authType: claim.place === "header" ? "REST-HEADER" : "REST-QUERY-STRING",
    signatureVersion: ALGORITHM,
    signatureAgeMilliseconds: Math.max(0, now - claim.time),
    payload: payloadOf(request),
  })
  return { caller, payloadOf }
}

/**
 * What S3 takes for the hash of the payload, in the signature and of the body alike. Presigned URLs are signed before
 * their body is known: there the header counts where it was signed (UNVERIFIED: that it does then), and one that says
 * something else than what was signed is refused like any other header that was not.
 */
function s3PayloadHash(request: HttpRequest, query: readonly QueryParameter[], claim: SignatureClaim): string {
  const header = findHeader(request, "x-amz-content-sha256")
  if (header !== undefined) assertContentHash(header)
  if (claim.place === "header") {
    if (header === undefined) throw missingContentHash()
    return header
  }
  if (header !== undefined && claim.signedHeaders.split(";").includes("x-amz-content-sha256")) return header
  const signed = findParameter(query, "X-Amz-Content-Sha256") ?? UNSIGNED_PAYLOAD
  if (header !== undefined && header !== signed) throw s3Refusals.headersNotSigned(["x-amz-content-sha256"])
  return signed
}

function verifiedS3Payload(request: HttpRequest, contentSha256: string, claim: SignatureClaim, key: HmacKey): Payload {
  const { timestamp, signature } = claim
  return s3Payload(request, contentSha256, { key, timestamp, scope: scopeOf(claim), signature })
}

/** Other services hash the body themselves, whatever a header says of it; what streams is checked at its end. */
function ownPayloadHash(request: HttpRequest): string {
  if (request.body instanceof Uint8Array) return hashOfBody(request.body)
  return findHeader(request, "x-amz-content-sha256") ?? ""
}

function verifiedPayload(
  request: HttpRequest,
  payloadHash: string,
  claim: SignatureClaim,
  computed: ComputedTexts,
  refusals: Refusals,
): Payload {
  if (request.body instanceof Uint8Array) return plainPayload(request, findHeader(request, "x-amz-content-sha256"))
  return hashedPayload(request, payloadHash, () => refusals.wrongSignature(claim, computed))
}
