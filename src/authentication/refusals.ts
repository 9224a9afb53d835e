import type { WireError } from "../wire/errors.ts"
import type { SignatureClaim, SignaturePlace } from "./signature-claim.ts"

/** Which words a service has for what is wrong with a signature. */
export type ErrorFamily = "json" | "query" | "s3" | "rest-json"

/** Everything that can be wrong with a signature, each in the words of one family of services. */
export interface Refusals {
  /** No signature where one is needed. */
  missingToken(): WireError
  /** A signature in the header and another in the query. */
  twoSignatures(authorization: string): WireError
  /** An `Authorization` that is of another kind: `Bearer ...`, or, where the service is not S3, `AWS key:signature`. */
  notSigV4(authorization: string): WireError
  /** Not `AWS4-HMAC-SHA256`; SigV4A's `AWS4-ECDSA-P256-SHA256` is one such. */
  unsupportedAlgorithm(algorithm: string, place: SignaturePlace): WireError
  /** A piece of the `Authorization` header that has no `=`. */
  notKeyValue(piece: string): WireError
  /** Parts that are not there: `Credential`, `Signature`, `SignedHeaders`, `Date`, `Algorithm`, `Expires`. */
  incomplete(missing: readonly string[], place: SignaturePlace, authorization: string): WireError
  malformedCredential(credential: string, place: SignaturePlace): WireError
  malformedDate(date: string, place: SignaturePlace): WireError
  malformedExpires(problem: ExpiresProblem): WireError
  /** The credential scope is not of this service, region, day or terminator. */
  wrongScope(claim: SignatureClaim, mismatch: ScopeMismatch): WireError
  hostNotSigned(): WireError
  headersNotSigned(names: readonly string[]): WireError
  notYetCurrent(claim: SignatureClaim, window: ClockWindow): WireError
  expired(claim: SignatureClaim, window: ClockWindow): WireError
  /** `why` of these is for `hallpass explain` alone. */
  unknownKey(accessKeyId: string, why?: string): WireError
  invalidToken(token: string, why?: string): WireError
  /** `expiredAt` in milliseconds since the epoch, likewise. */
  expiredToken(token: string, expiredAt?: number): WireError
  wrongSignature(claim: SignatureClaim, computed: ComputedTexts): WireError
}

export type ExpiresProblem = "not a number" | "negative" | "too long"

/** Each member is what was expected, and there where the claim has something else. */
export interface ScopeMismatch {
  region?: string
  service?: string
  date?: string
  terminator?: string
}

export interface ClockWindow {
  now: number
  milliseconds: number
}

export interface ComputedTexts {
  canonicalRequest: string
  stringToSign: string
}
