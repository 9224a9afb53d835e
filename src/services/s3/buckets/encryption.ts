import {
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
} from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { invalidArgument, malformedXml } from "../errors.ts"
import { changeSettings, openBucket } from "./settings.ts"

export const PutBucketEncryption = operation(PutBucketEncryptionCommand, {
  access: onBucket("PutEncryptionConfiguration"),
  async handle(input, { store }) {
    // Recorded: a bucket that is not there is told of before what is wrong with the document.
    await openBucket(store, input)
    const [rule, ...more] = input.ServerSideEncryptionConfiguration.Rules ?? []
    const byDefault = rule?.ApplyServerSideEncryptionByDefault
    if (!rule || more.length > 0) throw malformedXml()
    if (byDefault && byDefault.SSEAlgorithm !== "AES256") {
      if (!byDefault.SSEAlgorithm?.startsWith("aws:")) throw malformedXml()
      throw new WireError("NotImplemented", "Encryption with KMS keys is not implemented.", { status: 501 })
    }
    if (byDefault?.KMSMasterKeyID !== undefined)
      throw invalidArgument(
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
        "ApplyServerSideEncryptionByDefault",
      )
    await changeSettings(store, input, (bucket) => {
      bucket.bucketKeyEnabled = rule.BucketKeyEnabled ?? false
    })
    return {}
  },
})

/** Every bucket encrypts by default, with keys of S3's own (S3 user guide, "Default encryption", since 2023). */
export const GetBucketEncryption = operation(GetBucketEncryptionCommand, {
  access: onBucket("GetEncryptionConfiguration"),
  async handle(input, { store }) {
    const { bucketKeyEnabled = false } = await openBucket(store, input)
    return {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const },
            BucketKeyEnabled: bucketKeyEnabled,
          },
        ],
      },
    }
  },
})

export const DeleteBucketEncryption = operation(DeleteBucketEncryptionCommand, {
  access: onBucket("PutEncryptionConfiguration"),
  async handle(input, { store }) {
    await changeSettings(store, input, (bucket) => {
      delete bucket.bucketKeyEnabled
    })
    return {}
  },
})
