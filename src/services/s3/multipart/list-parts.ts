import { ListPartsCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { objectArn } from "../arns.ts"
import { ownerOf } from "../buckets/owner.ts"
import { openBucket } from "../buckets/settings.ts"
import { partChecksumMembers } from "../checksums/algorithms.ts"
import { invalidArgument } from "../errors.ts"
import { readMost } from "../listing/parameters.ts"
import { listParts } from "../objects/record.ts"
import { getUpload, shownChecksum } from "./record.ts"

export const ListParts = operation(ListPartsCommand, {
  access: ({ Bucket, Key }) => ({ action: "s3:ListMultipartUploadParts", resource: objectArn(Bucket, Key) }),
  async handle(input, { store }) {
    const { Bucket, Key, UploadId } = input
    const bucket = await openBucket(store, input)
    const most = readMost(input.MaxParts, "max-parts")
    const marker = readMarker(input.PartNumberMarker)
    const { upload, parts } = await store.read(async (tx) => ({
      upload: await getUpload(tx, input),
      parts: await listParts(tx, UploadId),
    }))
    const rest = parts.filter(({ partNumber }) => partNumber > marker)
    const page = rest.slice(0, most)
    return {
      Bucket,
      Key,
      UploadId,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
      MaxParts: most,
      IsTruncated: most > 0 && rest.length > page.length,
      Parts: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: new Date(part.modified),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...partChecksumMembers(shownChecksum(upload, part.checksum)),
      })),
      Initiator: upload.initiator,
      Owner: ownerOf(bucket.account),
      StorageClass: (upload.headers.storageClass ?? "STANDARD") as "STANDARD",
      ...(upload.checksum && { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
    }
  },
})

/** S3 API reference, ListParts; the text is that of `max-parts`. */
function readMarker(marker: string | undefined): number {
  if (marker === undefined || marker === "") return 0
  if (/^\d{1,9}$/.test(marker)) return Number(marker)
  throw invalidArgument(
    "Provided part-number-marker not an integer or within integer range",
    "part-number-marker",
    marker,
  )
}
