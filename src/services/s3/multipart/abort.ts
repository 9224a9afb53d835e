import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { objectArn } from "../arns.ts"
import { openBucket } from "../buckets/settings.ts"
import { dropUpload } from "../data/drop.ts"
import { headerNotImplemented } from "../errors.ts"
import { getUpload, removeUpload } from "./record.ts"

export const AbortMultipartUpload = operation(AbortMultipartUploadCommand, {
  access: ({ Bucket, Key }) => ({ action: "s3:AbortMultipartUpload", resource: objectArn(Bucket, Key) }),
  async handle(input, context) {
    const { store } = context
    await openBucket(store, input)
    if (input.IfMatchInitiatedTime !== undefined) throw headerNotImplemented("x-amz-if-match-initiated-time")
    await store.transact(async (tx) => {
      await removeUpload(tx, await getUpload(tx, input))
      await dropUpload(tx, context, input.UploadId)
    })
    return {}
  },
})
