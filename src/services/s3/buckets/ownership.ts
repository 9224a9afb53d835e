import {
  DeleteBucketOwnershipControlsCommand,
  GetBucketOwnershipControlsCommand,
  PutBucketOwnershipControlsCommand,
} from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { malformedXml } from "../errors.ts"
import { isObjectOwnership } from "./record.ts"
import { changeSettings, openBucket } from "./settings.ts"

export const PutBucketOwnershipControls = operation(PutBucketOwnershipControlsCommand, {
  access: onBucket("PutBucketOwnershipControls"),
  async handle(input, { store }) {
    // Recorded: a bucket that is not there is told of before what is wrong with the document.
    await openBucket(store, input)
    const [rule, ...more] = input.OwnershipControls.Rules ?? []
    const ownership = rule?.ObjectOwnership
    if (more.length > 0 || !isObjectOwnership(ownership)) throw malformedXml()
    await changeSettings(store, input, (bucket) => {
      bucket.ownership = ownership
    })
    return {}
  },
})

export const GetBucketOwnershipControls = operation(GetBucketOwnershipControlsCommand, {
  access: onBucket("GetBucketOwnershipControls"),
  async handle(input, { store }) {
    const { name, ownership } = await openBucket(store, input)
    if (ownership) return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } }
    throw new WireError("OwnershipControlsNotFoundError", "The bucket ownership controls were not found", {
      status: 404,
      members: { BucketName: name },
    })
  },
})

export const DeleteBucketOwnershipControls = operation(DeleteBucketOwnershipControlsCommand, {
  access: onBucket("PutBucketOwnershipControls"),
  async handle(input, { store }) {
    await changeSettings(store, input, (bucket) => {
      delete bucket.ownership
    })
    return {}
  },
})
