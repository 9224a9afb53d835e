import type { Clock } from "../../base/clock.ts"
import type { Engine } from "../engine.ts"
import { failed, MissingError, missing } from "../errors.ts"
import { placeOf } from "../files/places.ts"
import { familyOf } from "../ids.ts"
import { type Bucket, createBucket } from "./bucket.ts"
import { createClient } from "./client.ts"
import type { UpstreamCredentials } from "./sign.ts"
import { createUpload } from "./sink.ts"

export interface Upstream {
  /** `https://s3.eu-west-1.amazonaws.com` */
  url: URL
  bucket: string
  /** Before every key; empty, or ends with a slash. */
  prefix: string
  region: string
  credentials: UpstreamCredentials
  /** What is sent at once, and what memory holds of a body. S3 takes 10,000 parts of at least 5 MiB. */
  partBytes?: number
}

const PART_BYTES = 8 * 1024 * 1024

/** Objects of a family that are removed at once. */
const REMOVED_AT_ONCE = 100
/** A connection that breaks off in the middle of a body is taken up again, so often without a byte in between. */
const BREAKS_AT_MOST = 3

/** Bodies as objects of a bucket on an S3-compatible server. */
export function createUpstreamEngine(upstream: Upstream, clock: Clock): Engine {
  const { url, prefix, region, credentials, partBytes = PART_BYTES } = upstream
  const bucket = createBucket(createClient(url, upstream.bucket, { region, credentials, clock }))
  const keyOf = (id: string) => prefix + placeOf(id)
  return {
    async create(id, { as = id } = {}) {
      // What was cut off while it moved has left parts under a name that no lease has.
      if (as !== id) await abortUploads(bucket, (key) => key === keyOf(as), keyOf(as)).catch(failing("written"))
      const { write, finish, abort } = createUpload(bucket, keyOf(as), partBytes)
      return {
        write: (piece) => write(piece).catch(failing("written")),
        finish: () => finish().catch(failing("written")),
        async abort() {
          await abort()
          // It may have come to its end though nobody said so.
          if (as === id) await bucket.remove(keyOf(id))
        },
      }
    },

    find: (id) => bucket.sizeOf(keyOf(id)).catch(failing("read")),

    async *read(id, { start, end }) {
      let breaks = 0
      for (let at = start; at < end; ) {
        try {
          const pieces = await bucket.get(keyOf(id), at, end)
          if (!pieces) throw missing(id, "the bucket has no such object")
          for await (const piece of pieces) {
            at += piece.length
            breaks = 0
            yield piece
          }
          if (at < end) throw new Error("it broke off")
        } catch (error) {
          if (error instanceof MissingError) throw error
          if (++breaks > BREAKS_AT_MOST) throw failed("read", error)
        }
      }
    },

    async remove(id) {
      const key = keyOf(id)
      const isFamily = id === familyOf(id)
      try {
        await bucket.remove(key)
        await abortUploads(bucket, (one) => one === key || (isFamily && one.startsWith(`${key}/`)), key)
        if (!isFamily) return true
        const keys = await bucket.listKeys(`${key}/`, REMOVED_AT_ONCE)
        for (const one of keys) await bucket.remove(one)
        return keys.length < REMOVED_AT_ONCE
      } catch (error) {
        throw failed("removed", error)
      }
    },
  }
}

async function abortUploads(bucket: Bucket, isOurs: (key: string) => boolean, prefix: string): Promise<void> {
  for (const upload of await bucket.listUploads(prefix)) if (isOurs(upload.key)) await bucket.abortUpload(upload)
}

const failing = (what: string) => (error: unknown) => {
  throw failed(what, error)
}
