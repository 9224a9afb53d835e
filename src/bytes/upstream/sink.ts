import { createBlocks } from "../blocks.ts"
import type { Sink } from "../engine.ts"
import type { Bucket, SentPart } from "./bucket.ts"

/** A body that is sent as one object: in one request where it is small, else in the parts of an upload. */
export function createUpload(bucket: Bucket, key: string, partBytes: number): Sink {
  let uploadId: string | undefined
  const parts: SentPart[] = []
  const blocks = createBlocks(partBytes, sendPart)

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
