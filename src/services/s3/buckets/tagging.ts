import { DeleteBucketTaggingCommand, GetBucketTaggingCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket } from "../access.ts"
import { formatTags, parseBucketTags } from "../tags.ts"
import { changeSettings, openBucket } from "./settings.ts"

export const PutBucketTagging = operation(PutBucketTaggingCommand, {
  access(input) {
    // Where no policy asks for the tags, it is decided without the body that they come in.
    return { ...onBucket("PutBucketTagging")(input), context: () => requestTagContext(input.Tagging.TagSet) }
  },
  async handle(input, { store, answer }) {
    await openBucket(store, input)
    const tags = parseBucketTags(input.Tagging.TagSet ?? [])
    await changeSettings(store, input, (bucket) => {
      bucket.tags = tags
    })
    // Recorded.
    answer.status = 204
    return {}
  },
})

export const GetBucketTagging = operation(GetBucketTaggingCommand, {
  access: onBucket("GetBucketTagging"),
  async handle(input, { store }) {
    const { name, tags } = await openBucket(store, input)
    if (!tags?.length)
      throw new WireError("NoSuchTagSet", "The TagSet does not exist", { status: 404, members: { BucketName: name } })
    return { TagSet: formatTags(tags) }
  },
})

export const DeleteBucketTagging = operation(DeleteBucketTaggingCommand, {
  access: onBucket("PutBucketTagging"),
  async handle(input, { store }) {
    await changeSettings(store, input, (bucket) => {
      delete bucket.tags
    })
    return {}
  },
})
