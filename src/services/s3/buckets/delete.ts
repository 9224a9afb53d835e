import { DeleteBucketCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { grantLease } from "../data/leases.ts"
import { readVersioning, removeBucket } from "./record.ts"
import { openBucket } from "./settings.ts"

export const DeleteBucket = operation(DeleteBucketCommand, {
  access: onBucket("DeleteBucket"),
  async handle(input, { store, clock }) {
    await openBucket(store, input)
    const now = clock.now()
    await store.transact(async (tx) => {
      const versioning = await readVersioning(tx, input.Bucket)
      if (await tx.get("SELECT 1 AS one FROM s3_objects WHERE bucket = $1 LIMIT 1", input.Bucket))
        throw bucketNotEmpty(input.Bucket, versioning !== "")
      await dropUploads(tx, input.Bucket, now)
      await removeBucket(tx, input.Bucket)
    })
    return {}
  },
})

/** Uploads that were begun and not ended do not keep a bucket; they go with it. */
async function dropUploads(tx: Writing, bucket: string, now: number): Promise<void> {
  const uploads = await tx.all<{ upload_id: string }>("SELECT upload_id FROM s3_uploads WHERE bucket = $1", bucket)
  for (const { upload_id } of uploads) await grantLease(tx, upload_id, now)
  await tx.run("DELETE FROM s3_uploads WHERE bucket = $1", bucket)
}

const bucketNotEmpty = (BucketName: string, hasVersions: boolean) =>
  new WireError(
    "BucketNotEmpty",
    `The bucket you tried to delete is not empty${hasVersions ? ". You must delete all versions in the bucket." : ""}`,
    { status: 409, members: { BucketName } },
  )
