import { createBlocks } from "../blocks.ts"
import type { Sink } from "../engine.ts"
import type { Bucket, SentPart } from "./bucket.ts"

/** What is sent at once, and what memory holds of a body. S3 takes 10,000 parts of at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024

/** A body that is sent as one object: in one request where it is small, else in the parts of an upload. */
export function createUpload(bucket: Bucket, key: string): Sink {
  let uploadId: string | undefined
  const parts: SentPart[] = []
  const blocks = createBlocks(PART_BYTES, sendPart)

  async function sendPart(block: Uint8Array): Promise<void> {
    uploadId ??= await bucket.beginUpload(key)
    parts.push(await bucket.putPart(key, uploadId, parts.length + 1, block))
  }

  return {
    write: blocks.add,
    async finish() {
      if (uploadId === undefined) await bucket.put(key, blocks.last())
      else {
        await sendPart(blocks.last())
        await bucket.endUpload(key, uploadId, parts)
      }
      return undefined
    },
    async abort() {
      if (uploadId !== undefined) await bucket.abortUpload({ key, uploadId })
    },
  }
}
