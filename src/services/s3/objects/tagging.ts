import { DeleteObjectTaggingCommand, GetObjectTaggingCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onObject } from "../access.ts"
import { openBucket } from "../buckets/settings.ts"
import { noteObjectTags } from "../buckets/tagged.ts"
import { methodNotAllowed } from "../errors.ts"
import { formatTags, parseObjectTags, requestObjectTagContext, type Tags } from "../tags.ts"
import { getNamed, type Named } from "./lookup.ts"
import { findVersion, type ObjectVersion } from "./record.ts"
import { shownVersionId, updateBody } from "./versions.ts"

export const GetObjectTagging = operation(GetObjectTaggingCommand, {
  access: onObject("GetObjectTagging"),
  async handle(input, context) {
    const bucket = await openBucket(context.store, input)
    const version = await getTaggable(context, input)
    return {
      TagSet: formatTags(version.tags ?? []),
      VersionId: shownVersionId(bucket.versioning, version.versionId),
    }
  },
})

export const PutObjectTagging = operation(PutObjectTaggingCommand, {
  access(input) {
    const needed = onObject("PutObjectTagging")(input)
    // As those of buckets: the body is asked for where a policy asks for what is in it.
    const tags = () => requestObjectTagContext(input.Tagging.TagSet ?? [])
    return { ...needed, context: () => ({ ...needed.context, ...tags() }) }
  },
  async handle(input, context) {
    const bucket = await openBucket(context.store, input)
    const tags = parseObjectTags(input.Tagging.TagSet ?? [])
    const version = await getTaggable(context, input)
    await noteObjectTags(context.store, input.Bucket)
    await setTags(context, input.Bucket, version, tags)
    return { VersionId: shownVersionId(bucket.versioning, version.versionId) }
  },
})

export const DeleteObjectTagging = operation(DeleteObjectTaggingCommand, {
  access: onObject("DeleteObjectTagging"),
  async handle(input, context) {
    const bucket = await openBucket(context.store, input)
    const version = await getTaggable(context, input)
    await setTags(context, input.Bucket, version, [])
    return { VersionId: shownVersionId(bucket.versioning, version.versionId) }
  },
})

/** A delete marker on top is refused by its kind, as one that is named (recorded). */
async function getTaggable(context: CallContext, named: Named): Promise<ObjectVersion> {
  const newest = await context.store.read((tx) => findVersion(tx, named.Bucket, named.Key, named.VersionId))
  if (newest?.isDeleteMarker) throw methodNotAllowed(context.request.method, "DeleteMarker")
  return getNamed(context, named)
}

const setTags = ({ store }: CallContext, bucket: string, { key, versionId }: ObjectVersion, tags: Tags) =>
  store.transact(async (tx) => {
    const version = await findVersion(tx, bucket, key, versionId)
    if (version) await updateBody(tx, bucket, { ...version, tags })
  })
