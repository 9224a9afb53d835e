import {
  DeletePublicAccessBlockCommand,
  GetPublicAccessBlockCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { changeSettings, openBucket } from "./settings.ts"

export const PutPublicAccessBlock = operation(PutPublicAccessBlockCommand, {
  access: onBucket("PutBucketPublicAccessBlock"),
  async handle(input, { store }) {
    const { BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets } =
      input.PublicAccessBlockConfiguration
    await changeSettings(store, input, (bucket) => {
      bucket.publicAccessBlock = {
        BlockPublicAcls: BlockPublicAcls ?? false,
        IgnorePublicAcls: IgnorePublicAcls ?? false,
        BlockPublicPolicy: BlockPublicPolicy ?? false,
        RestrictPublicBuckets: RestrictPublicBuckets ?? false,
      }
    })
    return {}
  },
})

export const GetPublicAccessBlock = operation(GetPublicAccessBlockCommand, {
  access: onBucket("GetBucketPublicAccessBlock"),
  async handle(input, { store }) {
    const { name, publicAccessBlock } = await openBucket(store, input)
    if (publicAccessBlock) return { PublicAccessBlockConfiguration: publicAccessBlock }
    throw new WireError("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found", {
      status: 404,
      members: { BucketName: name },
    })
  },
})

export const DeletePublicAccessBlock = operation(DeletePublicAccessBlockCommand, {
  access: onBucket("PutBucketPublicAccessBlock"),
  async handle(input, { store }) {
    await changeSettings(store, input, (bucket) => {
      delete bucket.publicAccessBlock
    })
    return {}
  },
})
