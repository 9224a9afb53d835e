import { CopyObjectCommand, type CopyObjectCommandInput } from "@aws-sdk/client-s3"
import type { DigestName } from "../../../base/digests/sums.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { objectArn } from "../arns.ts"
import { type Bucket, getBucket } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import {
  ALGORITHMS,
  type Algorithm,
  checksumMembers,
  DEFAULT_ALGORITHM,
  isAlgorithm,
  wholeChecksum,
} from "../checksums/algorithms.ts"
import { unsupportedAlgorithm } from "../checksums/request.ts"
import { INLINE_BYTES, MOST_BYTES, writeData } from "../data/write.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import { formatTags, parseTaggingHeader, requestObjectTagContext, type Tags } from "../tags.ts"
import { assertAclHeaders } from "./acl-headers.ts"
import { assertWritable, assertWriteConditions } from "./conditions.ts"
import { type CopySource, copySourceKey, onCopySource, openCopySource } from "./copy-source.ts"
import { openContent } from "./get.ts"
import { assertKeyLength, readHeaders, refuseUnbuiltHeaders, type StoredHeaders } from "./headers.ts"
import { publish } from "./publish.ts"
import { putRequirements } from "./put-access.ts"
import { findVersion, type ObjectVersion, type ReadVersion } from "./record.ts"
import { copiedVersionId, shownVersionId } from "./versions.ts"

export const CopyObject = operation(CopyObjectCommand, {
  access: (input) => [
    onCopySource(input.CopySource),
    ...putRequirements(
      // Tags are written by the header only where it replaces the source's.
      { ...input, Tagging: input.TaggingDirective === "REPLACE" ? input.Tagging : undefined },
      {
        "s3:x-amz-copy-source": copySourceKey(input.CopySource),
        "s3:x-amz-metadata-directive": input.MetadataDirective,
      },
    ),
  ],

  async handle(input, context) {
    const { store, request } = context
    const { Bucket, Key } = input
    const bucket = await openBucket(store, input)
    assertKeyLength(Key)
    refuseUnbuiltHeaders(request)
    assertAclHeaders(input, bucket)
    assertWriteConditions(input)
    const { version, content, source } = await openCopySource(input, context)
    if (version.size > MOST_BYTES)
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${MOST_BYTES}`,
      )
    const headers = copiedHeaders(input, version, context)
    await assertChange(input, source, version, bucket, context)
    const tags = await copiedTags(input, source, version, context)
    const algorithm = input.ChecksumAlgorithm?.toUpperCase() ?? version.checksum?.algorithm ?? DEFAULT_ALGORITHM
    if (!isAlgorithm(algorithm)) throw unsupportedAlgorithm()
    const { arrived, etag, checksum } = await copyContent(context, { version, content }, algorithm)
    const { versionId, versioning, modified } = await publish(context, {
      bucket: Bucket,
      key: Key,
      arrived,
      body: { ...headers, size: arrived.size, etag, checksum, ...(tags.length > 0 && { tags }) },
      check: (latest) => assertWritable(input, Key, latest),
    })
    const sourceBucket = await getBucket(store, source.Bucket)
    return {
      CopyObjectResult: { ETag: `"${etag}"`, LastModified: new Date(modified), ...checksumMembers(checksum) },
      CopySourceVersionId: copiedVersionId(sourceBucket.versioning, version.versionId),
      VersionId: shownVersionId(versioning, versionId),
      ServerSideEncryption: "AES256" as const,
    }
  },
})

/** A copy of a content; what is known of it is not computed again. An object that came in parts gets sums of its whole. */
async function copyContent(context: CallContext, { version, content }: ReadVersion, algorithm: Algorithm) {
  const isWhole = version.parts === undefined
  const known = isWhole && version.checksum?.algorithm === algorithm ? version.checksum : undefined
  const digests: DigestName[] = [...(isWhole ? [] : ["md5" as const]), ...(known ? [] : [ALGORITHMS[algorithm].digest])]
  const body = content ?? (await openContent(context, version, { start: 0, end: version.size }))
  const arrived = await writeData(body, { ...context, digests, inlineBytes: INLINE_BYTES })
  return {
    arrived,
    etag: isWhole ? version.etag : arrived.digests.md5!.toString("hex"),
    checksum: known ?? wholeChecksum(algorithm, arrived.digests),
  }
}

type Input = CopyObjectCommandInput

/** Storage class and redirect are never copied (S3 API reference, CopyObject). */
function copiedHeaders(input: Input, version: ObjectVersion, { request }: CallContext): StoredHeaders {
  const { MetadataDirective } = input
  if (MetadataDirective === "REPLACE") return readHeaders({ ...input, Key: input.Key! }, request)
  if (MetadataDirective !== undefined && MetadataDirective !== "COPY")
    throw invalidArgument("Unknown metadata directive.", "x-amz-metadata-directive", MetadataDirective)
  const own = readHeaders(
    { Key: input.Key!, StorageClass: input.StorageClass, WebsiteRedirectLocation: input.WebsiteRedirectLocation },
    { ...request, headers: {} },
  )
  return {
    contentType: version.contentType ?? own.contentType,
    cacheControl: version.cacheControl,
    contentDisposition: version.contentDisposition,
    contentEncoding: version.contentEncoding,
    contentLanguage: version.contentLanguage,
    expires: version.expires,
    metadata: version.metadata,
    storageClass: own.storageClass,
    websiteRedirectLocation: own.websiteRedirectLocation,
  } as StoredHeaders
}

/**
 * Recorded. A copy from an older version onto its own key is a change; so is a storage class that is said, be it the same,
 * and encryption that the bucket was told to use. What must not be there is looked at first.
 */
async function assertChange(
  input: Input,
  source: CopySource,
  version: ObjectVersion,
  { bucketKeyEnabled }: Bucket,
  { store }: CallContext,
): Promise<void> {
  const isInPlace = source.Bucket === input.Bucket && source.Key === input.Key && source.VersionId === undefined
  const changes =
    input.MetadataDirective === "REPLACE" ||
    input.WebsiteRedirectLocation !== undefined ||
    input.ServerSideEncryption !== undefined ||
    input.ChecksumAlgorithm !== undefined ||
    input.StorageClass !== undefined ||
    bucketKeyEnabled !== undefined
  if (!isInPlace || changes) return
  const latest = await store.read((tx) => findVersion(tx, source.Bucket, version.key))
  assertWritable(input, version.key, latest)
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  )
}

/** Tags that come along are read from the source and written to the copy, which takes the rights to both. */
async function copiedTags(
  input: Input,
  source: CopySource,
  version: ObjectVersion,
  { assertAllowed }: CallContext,
): Promise<Tags> {
  const { TaggingDirective } = input
  if (TaggingDirective === "REPLACE") return input.Tagging === undefined ? [] : parseTaggingHeader(input.Tagging)
  if (TaggingDirective !== undefined && TaggingDirective !== "COPY")
    throw invalidArgument("Unknown tagging directive.", "x-amz-tagging-directive", TaggingDirective)
  const tags = version.tags ?? []
  if (tags.length === 0) return tags
  const isVersioned = source.VersionId !== undefined
  await assertAllowed({
    action: isVersioned ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging",
    resource: objectArn(source.Bucket, source.Key),
    // The tags that policies may ask about are those of the version that is copied.
    ...(isVersioned && { context: { "s3:VersionId": source.VersionId } }),
  })
  await assertAllowed({
    action: "s3:PutObjectTagging",
    resource: objectArn(input.Bucket!, input.Key!),
    context: requestObjectTagContext(formatTags(tags)),
  })
  return tags
}
