import { createHash, hash } from "node:crypto"
import type { WireError } from "../wire/errors.ts"
import type { HttpRequest } from "../wire/http.ts"
import { awsChunkedDecoder, type ChunkedDecoder } from "./aws-chunked.ts"
import type { Payload } from "./caller.ts"
import { findHeader, hashOfText } from "./canonical-request.ts"
import { type ChunkSeed, chunkSigner } from "./chunk-signer.ts"
import {
  contentHashMismatch,
  ecdsaNotSupported,
  invalidContentHash,
  missingContentLength,
  signedChunksOfNobody,
} from "./errors-body.ts"
import { parseTrailerNames } from "./trailer.ts"

export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
const EMPTY_HASH = hashOfText("")
const SHA256_HEX = /^[0-9a-f]{64}$/i
const ECDSA = /^STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD(-TRAILER)?$/

/** How aws-chunked bodies announce themselves in `x-amz-content-sha256`. */
const STREAMING: Readonly<Record<string, { signed: boolean; trailer: boolean } | undefined>> = {
  __proto__: null as never,
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true },
}

export const hashOfBody = (body: Uint8Array): string => (body.length === 0 ? EMPTY_HASH : hash("sha256", body, "hex"))

/** Throws where the value is none that S3 knows; before anything else is looked at, as there. */
export function assertContentHash(value: string): void {
  if (ECDSA.test(value)) throw ecdsaNotSupported()
  if (value !== UNSIGNED_PAYLOAD && !STREAMING[value] && !SHA256_HEX.test(value)) throw invalidContentHash(value)
}

/** A body that the signature itself covers, or that nothing covers. */
export function plainPayload(request: HttpRequest, contentSha256?: string): Payload {
  const body = request.body
  // A request without a body may say that it has none, or say nothing: S3 tells them apart.
  const isHere = body instanceof Uint8Array && body.length > 0
  return {
    contentSha256,
    body,
    contentLength: isHere ? body.length : parseLength(findHeader(request, "content-length")),
    trailers: {},
  }
}

/** The body as `x-amz-content-sha256` describes it. `seed` is undefined for anonymous callers. */
export function s3Payload(
  request: HttpRequest,
  contentSha256: string | undefined,
  seed: ChunkSeed | undefined,
): Payload {
  if (contentSha256 === undefined || contentSha256 === UNSIGNED_PAYLOAD) return plainPayload(request, contentSha256)
  assertContentHash(contentSha256)
  if (STREAMING[contentSha256]) return chunkedPayload(request, contentSha256, seed)
  const mismatch = (computed: string) => contentHashMismatch(contentSha256, computed)
  return hashedPayload(request, contentSha256, mismatch)
}

/** A body whose hash must be the one that was given: checked at once where it is here, at its end where it streams. */
export function hashedPayload(
  request: HttpRequest,
  expected: string,
  mismatch: (computed: string) => WireError,
): Payload {
  const payload = plainPayload(request, expected)
  if (payload.body instanceof Uint8Array) {
    const computed = hashOfBody(payload.body)
    if (computed !== expected.toLowerCase()) throw mismatch(computed)
    return payload
  }
  const assertSha256 = (computed: Buffer) => {
    const text = computed.toString("hex")
    if (text !== expected.toLowerCase()) throw mismatch(text)
  }
  const unhashed = { body: payload.body, assertSha256 }
  return { ...payload, body: hashing(unhashed), unhashed }
}

async function* hashing({ body, assertSha256 }: NonNullable<Payload["unhashed"]>): AsyncGenerator<Uint8Array> {
  const digest = createHash("sha256")
  for await (const bytes of body) {
    digest.update(bytes)
    yield bytes
  }
  assertSha256(digest.digest())
}

function chunkedPayload(request: HttpRequest, contentSha256: string, seed: ChunkSeed | undefined): Payload {
  const { signed, trailer } = STREAMING[contentSha256]!
  if (signed && !seed) throw signedChunksOfNobody()
  const decodedLength = parseLength(findHeader(request, "x-amz-decoded-content-length"))
  if (decodedLength === undefined) throw missingContentLength()
  const decoder = awsChunkedDecoder({
    decodedLength,
    signer: signed ? chunkSigner(seed!) : undefined,
    trailerNames: trailer ? parseTrailerNames(findHeader(request, "x-amz-trailer")) : undefined,
  })
  const body = request.body instanceof Uint8Array ? decodeWhole(request.body, decoder) : decode(request.body, decoder)
  return { contentSha256, body, contentLength: decodedLength, trailers: decoder.trailers }
}

function decodeWhole(body: Uint8Array, decoder: ChunkedDecoder): Uint8Array {
  const pieces = decoder.push(body)
  decoder.end()
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

async function* decode(body: AsyncIterable<Uint8Array>, decoder: ChunkedDecoder) {
  for await (const bytes of body) yield* decoder.push(bytes)
  decoder.end()
}

const parseLength = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
