import { digested } from "../../../base/digests/digested.ts"
import type { Digests } from "../../../base/digests/pool.ts"
import type { DigestName } from "../../../base/digests/sums.ts"
import type { Bytes, Written } from "../../../bytes/bytes.ts"
import { SweptError } from "../../../bytes/errors.ts"
import type { Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { entityTooLarge } from "../errors.ts"

/** S3 user guide, "Amazon S3 multipart upload limits": the most for a single put and for a part. */
export const MOST_BYTES = 5 * 1024 ** 3
/** Content up to this size rides in the row of its object. */
export const INLINE_BYTES = 64 * 1024
/** Bytes that have arrived and are not visible yet: `keepData` makes them last, else they are swept. */
export interface Arrived {
  size: number
  digests: Digests
  /** The whole content, where it is small enough to ride in the object's row. */
  content?: Buffer
  /** Where it is, if not here. */
  written?: Written
}

export interface WriteOptions {
  bytes: Bytes
  /** What is to be computed on the way. */
  digests: readonly DigestName[]
  /** The largest content that rides in a row; 0 for parts. */
  inlineBytes: number
  /** Of parts: their upload. */
  family?: string
}

/**
 * Reads a body to its end, no faster than it is stored; memory holds a constant amount of it. A body that throws leaves
 * nothing behind.
 */
export async function writeData(body: Uint8Array | AsyncIterable<Uint8Array>, options: WriteOptions): Promise<Arrived> {
  const { bytes, inlineBytes, family } = options
  let digests: Digests = {}
  const take = (computed: Digests) => {
    digests = computed
  }
  const source = body instanceof Uint8Array ? inOnePiece(body) : limited(body)
  const pieces = digested(source, options.digests, take)
  try {
    const { value: first = new Uint8Array(), done } = await pieces.next()
    // A piece that is so small is the last.
    if (done || first.length <= inlineBytes) {
      const content = Buffer.from(first)
      await pieces.next()
      return { size: content.length, digests, content }
    }
    const written = await bytes.write(resumed(first, pieces), family === undefined ? {} : { family })
    return { size: written.size, digests, written }
  } finally {
    // Where nothing could be written, nobody has read on.
    await pieces.return(undefined)
  }
}

async function* inOnePiece(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > MOST_BYTES) throw entityTooLarge(size, MOST_BYTES)
    yield piece
  }
}

async function* resumed(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

/** Makes bytes last as part of the transaction that makes their object visible. */
export async function keepData(tx: Writing, bytes: Bytes, { written }: Arrived): Promise<void> {
  if (!written) return
  await bytes.keep(tx, written).catch((error) => {
    throw error instanceof SweptError ? requestTimeout() : error
  })
}

/** Removes bytes of which nothing will become, for what was thrown. */
export async function discardData(bytes: Bytes, { written }: Arrived, error: unknown): Promise<never> {
  if (written) await bytes.discard(written)
  throw error
}

/** AWS's error list. The upload stalled for so long that its bytes were swept. */
const requestTimeout = () =>
  new WireError(
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
  )
