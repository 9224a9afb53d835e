import { createHash, randomUUID } from "node:crypto"
import type { Clock } from "../../../base/clock.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { ALGORITHMS, type Algorithm } from "../checksums/algorithms.ts"
import type { Sums } from "../checksums/request.ts"
import { entityTooLarge } from "../errors.ts"
import { endLease, grantLease, hold } from "./leases.ts"

/** Every chunk but the last has this size, so that an offset tells its chunk. */
export const CHUNK_BYTES = 1024 * 1024
/** S3 user guide, "Amazon S3 multipart upload limits": the most for a single put and for a part. */
export const MOST_BYTES = 5 * 1024 ** 3
/** Content up to this size rides in the row of its object. */
export const INLINE_BYTES = 64 * 1024

/** Bytes that have arrived and are not visible yet: `keep` makes them last, else the sweep takes them. */
export interface Arrived extends Sums {
  size: number
  /** By the `secondAlgorithm`. */
  secondChecksum?: Buffer
  /** The whole content, where it is small enough to ride in the object's row. */
  content?: Buffer
  /** Where the chunks are. */
  dataId?: string
  /** The last chunk, which `keep` writes. */
  last?: { number: number; content: Buffer }
  /** Whether chunks were written ahead, under a lease. */
  isLeased: boolean
}

export interface WriteOptions {
  store: Store
  clock: Clock
  algorithm: Algorithm
  /** A second checksum to compute: of parts whose upload wants another than the part came with. */
  secondAlgorithm?: Algorithm
  /** The largest content that need not be chunked; 0 for parts. */
  inlineBytes: number
}

/**
 * Reads a body to its end. Each full chunk is written in a transaction of its own under a lease, so that memory holds one
 * chunk per upload and the body is not read faster than it is stored. A body that throws leaves nothing visible.
 */
export async function writeData(body: Uint8Array | AsyncIterable<Uint8Array>, options: WriteOptions): Promise<Arrived> {
  const { store, clock, inlineBytes } = options
  const dataId = randomUUID()
  const md5 = createHash("md5")
  const checksum = ALGORITHMS[options.algorithm].start()
  const second = options.secondAlgorithm && ALGORITHMS[options.secondAlgorithm].start()
  const usage = hold(store, clock, dataId)
  let size = 0
  let number = 0
  let waiting: Uint8Array[] = []
  let waitingBytes = 0

  const flush = async () => {
    const content = joined(waiting, waitingBytes)
    waiting = []
    waitingBytes = 0
    const at = number++
    await store.transact(async (tx) => {
      if (at === 0) await grantLease(tx, dataId, clock.now())
      await insertChunk(tx, dataId, at, content)
    })
    await usage.renew()
  }

  try {
    for await (const piece of body instanceof Uint8Array ? [body] : body) {
      size += piece.length
      if (size > MOST_BYTES) throw entityTooLarge(size, MOST_BYTES)
      md5.update(piece)
      checksum.add(piece)
      second?.add(piece)
      let rest = piece
      // A full chunk waits for what follows it: the last chunk is the one that `keep` writes.
      while (rest.length > 0) {
        if (waitingBytes === CHUNK_BYTES) await flush()
        const taken = rest.subarray(0, CHUNK_BYTES - waitingBytes)
        waiting.push(taken)
        waitingBytes += taken.length
        rest = rest.subarray(taken.length)
      }
    }
  } finally {
    usage.release()
  }
  const sums = { md5: md5.digest(), checksum: checksum.sum(), ...(second && { secondChecksum: second.sum() }) }
  const content = joined(waiting, waitingBytes)
  if (number === 0 && size <= inlineBytes) return { ...sums, size, content, isLeased: false }
  return { ...sums, size, dataId, last: { number, content }, isLeased: number > 0 }
}

/** Makes the chunks last as part of the transaction that makes their object visible. */
export async function keepData(tx: Writing, { dataId, last, isLeased }: Arrived): Promise<void> {
  if (dataId === undefined || last === undefined) return
  if (isLeased && !(await endLease(tx, dataId))) throw requestTimeout()
  await insertChunk(tx, dataId, last.number, last.content)
}

const insertChunk = (tx: Writing, dataId: string, number: number, content: Uint8Array) =>
  tx.run("INSERT INTO s3_chunks (data_id, number, content) VALUES ($1, $2, $3)", dataId, number, content)

function joined(pieces: Uint8Array[], bytes: number): Buffer {
  const [only] = pieces
  if (pieces.length === 1 && only) return Buffer.from(only.buffer, only.byteOffset, only.byteLength)
  return Buffer.concat(pieces, bytes)
}

/** AWS's error list. The upload stalled for so long that its chunks were swept. */
const requestTimeout = () =>
  new WireError(
    "RequestTimeout",
    "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.",
  )
