import type { HmacKey } from "../base/hmac.ts"
import { hashOfText } from "./canonical-request.ts"
import { isSameSignature, sign } from "./signing-key.ts"

/** What the signatures of an aws-chunked body hang on (S3 API Reference, "Signature calculations ... chunked upload"). */
export interface ChunkSeed {
  key: HmacKey
  timestamp: string
  /** The credential scope. */
  scope: string
  /** The signature of the request's headers, which the first chunk's is chained to. */
  signature: string
}

export interface ChunkSigner {
  /** Whether `given` is the signature of the next chunk, whose bytes have this hash. */
  isNextChunk(given: string, hashOfChunk: string): boolean
  /** Whether `given` is the signature of the trailer, each line as `name:value\n`. */
  isTrailer(given: string, trailerText: string): boolean
}

const EMPTY_HASH = hashOfText("")

/** Each signature covers the one before it, so chunks can be neither swapped nor left out. */
export function chunkSigner({ key, timestamp, scope, signature }: ChunkSeed): ChunkSigner {
  let previous = signature
  function isNext(given: string, stringToSign: string): boolean {
    previous = sign(key, stringToSign)
    return isSameSignature(given, previous)
  }
  return {
    isNextChunk: (given, hashOfChunk) =>
      isNext(given, `AWS4-HMAC-SHA256-PAYLOAD\n${timestamp}\n${scope}\n${previous}\n${EMPTY_HASH}\n${hashOfChunk}`),
    isTrailer: (given, trailerText) =>
      isNext(given, `AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scope}\n${previous}\n${hashOfText(trailerText)}`),
  }
}
