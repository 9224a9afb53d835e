import { setImmediate as nextTurn } from "node:timers/promises"
import { DeleteBucketCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { type Dropping, dropUpload } from "../data/drop.ts"
import { readVersioning, removeBucket } from "./record.ts"
import { openBucket } from "./settings.ts"

/** More are dropped in transactions before the one that the bucket goes with. */
const UPLOADS_AT_ONCE = 100

export const DeleteBucket = operation(DeleteBucketCommand, {
  access: onBucket("DeleteBucket"),
  async handle(input, context) {
    const { store } = context
    await openBucket(store, input)
    while (
      await store.transact(async (tx) => {
        const versioning = await readVersioning(tx, input.Bucket)
        if (await tx.get("SELECT 1 AS one FROM s3_objects WHERE bucket = $1 LIMIT 1", input.Bucket))
          throw bucketNotEmpty(input.Bucket, versioning !== "")
        const hasMore = await dropUploads(tx, context, input.Bucket)
        if (!hasMore) await removeBucket(tx, input.Bucket)
        return hasMore
      })
    )
      await nextTurn()
    return {}
  },
})

/** Uploads that were begun and not ended do not keep a bucket; they go with it. Whether there may be more of them. */
async function dropUploads(tx: Writing, deps: Dropping, bucket: string): Promise<boolean> {
  const uploads = await tx.all<{ object_key: Uint8Array; upload_id: string }>(
    "SELECT object_key, upload_id FROM s3_uploads WHERE bucket = $1 LIMIT $2",
    bucket,
    UPLOADS_AT_ONCE,
  )
  for (const { object_key, upload_id } of uploads) {
    await dropUpload(tx, deps, upload_id)
    await tx.run(
      "DELETE FROM s3_uploads WHERE bucket = $1 AND object_key = $2 AND upload_id = $3",
      bucket,
      object_key,
      upload_id,
    )
  }
  return uploads.length === UPLOADS_AT_ONCE
}

const bucketNotEmpty = (BucketName: string, hasVersions: boolean) =>
  new WireError(
    "BucketNotEmpty",
    `The bucket you tried to delete is not empty${hasVersions ? ". You must delete all versions in the bucket." : ""}`,
    { status: 409, members: { BucketName } },
  )
