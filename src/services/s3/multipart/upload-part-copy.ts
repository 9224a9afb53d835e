import { UploadPartCopyCommand } from "@aws-sdk/client-s3"
import type { DigestName } from "../../../base/digests/sums.ts"
import type { Span } from "../../../bytes/bytes.ts"
import { operation } from "../../../operation.ts"
import { objectArn } from "../arns.ts"
import { getBucket } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import { ALGORITHMS, DEFAULT_ALGORITHM, partChecksumMembers, wholeChecksum } from "../checksums/algorithms.ts"
import { MOST_BYTES, writeData } from "../data/write.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import { copySourceKey, onCopySource, openCopySource } from "../objects/copy-source.ts"
import { openContent } from "../objects/get.ts"
import { refuseUnbuiltHeaders } from "../objects/headers.ts"
import { copiedVersionId } from "../objects/versions.ts"
import { getUpload, shownChecksum } from "./record.ts"
import { assertPartNumber, publishPart } from "./upload-part.ts"

export const UploadPartCopy = operation(UploadPartCopyCommand, {
  access: ({ Bucket, Key, CopySource }) => [
    onCopySource(CopySource),
    {
      action: "s3:PutObject",
      resource: objectArn(Bucket, Key),
      context: { "s3:x-amz-copy-source": copySourceKey(CopySource) },
    },
  ],
  async handle(input, context) {
    const { store, request } = context
    await openBucket(store, input)
    assertPartNumber(input.PartNumber)
    refuseUnbuiltHeaders(request)
    const upload = await store.read((tx) => getUpload(tx, input))
    const { version, content, source } = await openCopySource(input, context)
    const span = readSpan(input.CopySourceRange, version.size)
    if (span.end - span.start > MOST_BYTES)
      throw invalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${MOST_BYTES}`,
      )
    const body = content ? content.subarray(span.start, span.end) : await openContent(context, version, span)
    const algorithm = upload.checksum?.algorithm ?? DEFAULT_ALGORITHM
    const digests: DigestName[] = ["md5", ALGORITHMS[algorithm].digest]
    const arrived = await writeData(body, { ...context, digests, inlineBytes: 0, family: input.UploadId })
    const checksum = wholeChecksum(algorithm, arrived.digests)
    const part = await publishPart(context, input, arrived, checksum)
    const sourceBucket = await getBucket(store, source.Bucket)
    return {
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.modified),
        ...partChecksumMembers(shownChecksum(upload, checksum)),
      },
      CopySourceVersionId: copiedVersionId(sourceBucket.versioning, version.versionId),
      ServerSideEncryption: "AES256" as const,
    }
  },
})

/** Both ends must be given and lie in the object; texts recorded. */
export function readSpan(range: string | undefined, size: number): Span {
  if (range === undefined) return { start: 0, end: size }
  const parts = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(range)
  const [start, end] = [Number(parts?.[1]), Number(parts?.[2]) + 1]
  if (!parts || end <= start)
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      range,
    )
  if (start >= size) throw invalidRequest("The specified copy range is invalid for the source object size")
  if (end > size)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      "x-amz-copy-source-range",
      range,
    )
  return { start, end }
}
