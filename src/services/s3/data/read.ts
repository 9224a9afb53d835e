import type { Clock } from "../../../base/clock.ts"
import type { Store } from "../../../store/store.ts"
import { hold } from "./leases.ts"
import { CHUNK_BYTES } from "./write.ts"

/** Bytes `start` (inclusive) to `end` (exclusive). */
export interface Span {
  start: number
  end: number
}

/** A run of chunks that holds `size` bytes. */
export interface Run {
  dataId: string
  size: number
}

/**
 * The bytes of a span, chunk by chunk, no faster than they are taken. The chunks of a data id never change, and stay
 * while they are read, so an object that is overwritten or deleted meanwhile is still read whole. `ownerId` is the data
 * id that an object names: of the run itself, or of the upload whose parts the runs are.
 */
export async function* readData(
  { store, clock }: { store: Store; clock: Clock },
  ownerId: string,
  runs: readonly Run[],
  span: Span,
): AsyncGenerator<Uint8Array> {
  const usage = hold(store, clock, ownerId)
  try {
    let offset = 0
    for (const run of runs) {
      const start = Math.max(span.start - offset, 0)
      const end = Math.min(span.end - offset, run.size)
      offset += run.size
      for (let at = start; at < end; ) {
        const number = Math.floor(at / CHUNK_BYTES)
        const chunk = await readChunk(store, run.dataId, number)
        const from = at - number * CHUNK_BYTES
        const piece = chunk.subarray(from, Math.min(chunk.length, from + end - at))
        at += piece.length
        yield piece
        await usage.renew()
      }
    }
  } finally {
    usage.release()
  }
}

async function readChunk(store: Store, dataId: string, number: number): Promise<Uint8Array> {
  const row = await store.read((tx) =>
    tx.get<{ content: Uint8Array }>("SELECT content FROM s3_chunks WHERE data_id = $1 AND number = $2", dataId, number),
  )
  // The reader stalled past the lease of deleted data. The answer has begun: cutting it is all that is left.
  if (!row || row.content.length === 0) throw new Error(`chunk ${number} of ${dataId} is gone`)
  return row.content
}
