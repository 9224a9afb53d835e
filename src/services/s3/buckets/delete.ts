import { DeleteBucketCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { type Dropping, dropUpload } from "../data/drop.ts"
import { readVersioning, removeBucket } from "./record.ts"
import { openBucket } from "./settings.ts"

export const DeleteBucket = operation(DeleteBucketCommand, {
  access: onBucket("DeleteBucket"),
  async handle(input, context) {
    const { store } = context
    await openBucket(store, input)
    await store.transact(async (tx) => {
      const versioning = await readVersioning(tx, input.Bucket)
      if (await tx.get("SELECT 1 AS one FROM s3_objects WHERE bucket = $1 LIMIT 1", input.Bucket))
        throw bucketNotEmpty(input.Bucket, versioning !== "")
      await dropUploads(tx, context, input.Bucket)
      await removeBucket(tx, input.Bucket)
    })
    return {}
  },
})

/** Uploads that were begun and not ended do not keep a bucket; they go with it. */
async function dropUploads(tx: Writing, deps: Dropping, bucket: string): Promise<void> {
  const uploads = await tx.all<{ upload_id: string }>("SELECT upload_id FROM s3_uploads WHERE bucket = $1", bucket)
  for (const { upload_id } of uploads) await dropUpload(tx, deps, upload_id)
  await tx.run("DELETE FROM s3_uploads WHERE bucket = $1", bucket)
}

const bucketNotEmpty = (BucketName: string, hasVersions: boolean) =>
  new WireError(
    "BucketNotEmpty",
    `The bucket you tried to delete is not empty${hasVersions ? ". You must delete all versions in the bucket." : ""}`,
    { status: 409, members: { BucketName } },
  )
