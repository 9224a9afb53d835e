import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { objectArn } from "../arns.ts"
import { openBucket } from "../buckets/settings.ts"
import { grantLease } from "../data/leases.ts"
import { headerNotImplemented } from "../errors.ts"
import { getUpload, removeUpload } from "./record.ts"

export const AbortMultipartUpload = operation(AbortMultipartUploadCommand, {
  access: ({ Bucket, Key }) => ({ action: "s3:AbortMultipartUpload", resource: objectArn(Bucket, Key) }),
  async handle(input, { store, clock }) {
    await openBucket(store, input)
    if (input.IfMatchInitiatedTime !== undefined) throw headerNotImplemented("x-amz-if-match-initiated-time")
    const now = clock.now()
    await store.transact(async (tx) => {
      await removeUpload(tx, await getUpload(tx, input))
      await grantLease(tx, input.UploadId, now)
    })
    return {}
  },
})
