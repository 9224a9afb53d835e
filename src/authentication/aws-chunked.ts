import { createHash, type Hash } from "node:crypto"
import type { ChunkSigner } from "./chunk-signer.ts"
import { chunkTooSmall, incompleteBody, malformedTrailer, wrongBodyLength, wrongChunkSignature } from "./errors-body.ts"
import { parseTrailer } from "./trailer.ts"

export interface ChunkedOptions {
  /** `x-amz-decoded-content-length`. */
  decodedLength: number
  /** Where chunks are signed. */
  signer?: ChunkSigner
  /** Whether a trailer may follow, and the names that `x-amz-trailer` announces for it. */
  trailerNames?: readonly string[]
}

export interface ChunkedDecoder {
  /** The payload in the next bytes of the body. */
  push(bytes: Uint8Array): Uint8Array[]
  /** To be called at the end of the body; throws where it is not complete. */
  end(): void
  readonly trailers: Record<string, string>
}

const MAX_CHUNK_LINE_BYTES = 256
const MAX_TRAILER_BYTES = 16_384
const MIN_CHUNK_BYTES = 8192
const CHUNK_LINE = /^([0-9A-Fa-f]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?\r\n$/
const LINE_FEED = 10

/**
 * Takes the aws-chunked coding off a body (S3 API Reference, "Signature calculations ... chunked upload"):
 * `<size in hex>[;chunk-signature=<64 hex>]\r\n<bytes>\r\n`, ended by a chunk of size 0 and the trailer.
 *
 * Bytes are given on before their chunk's signature is known, so that a chunk of any size needs no memory. A wrong one
 * throws at the end of the chunk; whoever reads must not keep anything before `end` has returned.
 */
export function awsChunkedDecoder(options: ChunkedOptions): ChunkedDecoder {
  const { decodedLength, signer } = options
  const trailers: Record<string, string> = {}
  let state: "line" | "data" | "delimiter" | "trailer" = "line"
  let text = ""
  let chunks = 0
  let size = 0
  let left = 0
  let total = 0
  let signature = ""
  let digest: Hash | undefined

  function startChunk(): void {
    const match = CHUNK_LINE.exec(text)
    if (!match || (signer === undefined) !== (match[2] === undefined)) throw incompleteBody()
    const next = Number.parseInt(match[1]!, 16)
    chunks++
    if (next > 0 && chunks > 1 && size < MIN_CHUNK_BYTES) throw chunkTooSmall(chunks, size)
    if (total + next > decodedLength) throw wrongBodyLength(decodedLength, total + next)
    size = left = next
    total += next
    signature = match[2] ?? ""
    digest = signer && createHash("sha256")
    text = ""
    state = "data"
    if (next === 0) endChunk()
  }

  function endChunk(): void {
    if (signer && !signer.isNextChunk(signature, digest!.digest("hex"))) throw wrongChunkSignature()
    state = size === 0 ? "trailer" : "delimiter"
  }

  /** Reads on to the next line feed; how many bytes that took. */
  function readLine(bytes: Uint8Array, from: number, limit: number): number {
    const feed = bytes.indexOf(LINE_FEED, from)
    const end = feed < 0 ? bytes.length : feed + 1
    if (text.length + end - from > limit) throw incompleteBody()
    text += latin1(bytes.subarray(from, end))
    return end
  }

  function push(bytes: Uint8Array): Uint8Array[] {
    const payload: Uint8Array[] = []
    let at = 0
    while (at < bytes.length) {
      if (state === "data") {
        const piece = bytes.subarray(at, at + left)
        digest?.update(piece)
        payload.push(piece)
        left -= piece.length
        at += piece.length
        if (left === 0) endChunk()
      } else if (state === "trailer") {
        if (text.length + bytes.length - at > MAX_TRAILER_BYTES) throw malformedTrailer()
        text += latin1(bytes.subarray(at))
        at = bytes.length
      } else {
        at = readLine(bytes, at, state === "line" ? MAX_CHUNK_LINE_BYTES : 2)
        if (!text.endsWith("\n")) continue
        if (state === "line") startChunk()
        else if (text !== "\r\n") throw incompleteBody()
        else {
          text = ""
          state = "line"
        }
      }
    }
    return payload
  }

  function end(): void {
    if (state !== "trailer") throw incompleteBody()
    if (total !== decodedLength) throw wrongBodyLength(decodedLength, total)
    const trailer = parseTrailer(text, options.trailerNames ?? [])
    if (signer && options.trailerNames && !signer.isTrailer(trailer.signature ?? "", trailer.text)) {
      throw trailer.signature === undefined ? malformedTrailer() : wrongChunkSignature()
    }
    Object.assign(trailers, trailer.values)
  }

  return { push, end, trailers }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
