import type { KeyObject } from "node:crypto"
import type { HttpRequest } from "../wire/http.ts"
import type { AnonymousCaller, Caller, Payload, Verified } from "./caller.ts"
import {
  canonicalRequest,
  findHeader,
  findParameter,
  hashOfText,
  parseQuery,
  type QueryParameter,
} from "./canonical-request.ts"
import type { AuthenticationDeps } from "./deps.ts"
import { refusalsOf } from "./errors.ts"
import { missingContentHash } from "./errors-body.ts"
import { findClaim } from "./find-claim.ts"
import { callerOf } from "./issuer.ts"
import { assertContentHash, hashedPayload, hashOfBody, plainPayload, s3Payload, UNSIGNED_PAYLOAD } from "./payload.ts"
import type { ComputedTexts, Refusals } from "./refusals.ts"
import { assertCurrent, assertScope, assertSignedHeaders } from "./signature-checks.ts"
import { ALGORITHM, type SignatureClaim, scopeOf } from "./signature-claim.ts"
import { authenticateV2, findClaimV2 } from "./signature-v2.ts"
import { deriveSigningKey, findSigningKey, isSameSignature, rememberSigningKey, sign } from "./signing-key.ts"
import type { SigningScope } from "./signing-scope.ts"

export type { AccessKey } from "./access-key.ts"
export type { SigningScope } from "./signing-scope.ts"
export type { AuthenticationDeps }

/**
 * Who makes a request: verifies its signature, in the header or the query, and what it says of the body.
 *
 * A request without a signature is anonymous; whether that will do is for the operation to say (`missingToken` is the
 * refusal). Answers at once unless `findAccessKey` has to wait. Throws WireErrors in the words of the service's family
 * and nothing else. `path` begins with the bucket also where the request has it in its host.
 */
export function authenticate(
  request: HttpRequest,
  scope: SigningScope,
  deps: AuthenticationDeps,
  path: string = request.path,
): Caller | Promise<Caller> {
  const refusals = refusalsOf(scope.errors)
  const query = parseQuery(request.query)
  const claimV2 = scope.errors === "s3" ? findClaimV2(request, query) : undefined
  if (claimV2) return authenticateV2(claimV2, request, path, query, scope, deps)
  const claim = findClaim(request, query, refusals)
  if (!claim) return anonymousCaller(request, scope)

  const now = deps.clock.now()
  assertScope(claim, scope, refusals)
  assertCurrent(claim, query, scope, now, refusals)
  assertSignedHeaders(request, claim, scope, refusals)
  return callerOf(claim, deps, refusals, (secretAccessKey) =>
    verify(request, query, claim, scope, secretAccessKey, now, refusals),
  )
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
  secretAccessKey: string,
  now: number,
  refusals: Refusals,
): Verified {
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

  return {
    accessKeyId: claim.accessKeyId,
    region: claim.region,
    signingName: claim.service,
    authType: claim.place === "header" ? "REST-HEADER" : "REST-QUERY-STRING",
    signatureVersion: ALGORITHM,
    signatureAgeMilliseconds: Math.max(0, now - claim.time),
    payload: isS3
      ? verifiedS3Payload(request, query, claim, key)
      : verifiedPayload(request, payloadHash, claim, computed, refusals),
  }
}

/**
 * What S3 takes for the hash of the payload. Presigned URLs are signed before their body is known, so there the header
 * counts only where it was signed (UNVERIFIED: that it does then), and the query's next.
 */
function s3PayloadHash(request: HttpRequest, query: readonly QueryParameter[], claim: SignatureClaim): string {
  const header = findHeader(request, "x-amz-content-sha256")
  if (header !== undefined) assertContentHash(header)
  if (claim.place === "header") {
    if (header === undefined) throw missingContentHash()
    return header
  }
  if (header !== undefined && claim.signedHeaders.split(";").includes("x-amz-content-sha256")) return header
  return findParameter(query, "X-Amz-Content-Sha256") ?? UNSIGNED_PAYLOAD
}

function verifiedS3Payload(
  request: HttpRequest,
  query: readonly QueryParameter[],
  claim: SignatureClaim,
  key: KeyObject,
): Payload {
  const contentSha256 =
    findHeader(request, "x-amz-content-sha256") ?? findParameter(query, "X-Amz-Content-Sha256") ?? UNSIGNED_PAYLOAD
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
