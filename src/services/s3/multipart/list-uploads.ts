import { ListMultipartUploadsCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onBucket } from "../access.ts"
import { ownerOf } from "../buckets/owner.ts"
import { openBucket } from "../buckets/settings.ts"
import { invalidArgument } from "../errors.ts"
import { startAfterMarker } from "../listing/objects.ts"
import { readEncoding, readMost } from "../listing/parameters.ts"
import { type Keyed, laterOf, type Position, walk } from "../listing/walk.ts"
import { keyBytes } from "../objects/record.ts"
import { isUploadId, parseUpload, type Upload, type UploadRow } from "./record.ts"

interface ListedUpload extends Keyed {
  upload: Pick<Upload, "uploadId"> & Partial<Upload>
}

export const ListMultipartUploads = operation(ListMultipartUploadsCommand, {
  access: onBucket("ListBucketMultipartUploads"),
  async handle(input, { store }) {
    const { Bucket, Prefix = "", Delimiter = "", KeyMarker = "", UploadIdMarker = "", EncodingType } = input
    const bucket = await openBucket(store, input)
    const encode = readEncoding(EncodingType)
    const most = readMost(input.MaxUploads, "max-uploads")
    // An upload id says something beside its key alone (S3 API reference).
    const from: Position<ListedUpload> =
      KeyMarker !== "" && UploadIdMarker !== ""
        ? { past: { key: keyBytes(KeyMarker), upload: { uploadId: UploadIdMarker } } }
        : {
            at: laterOf(
              keyBytes(Prefix),
              KeyMarker === ""
                ? Buffer.alloc(0)
                : startAfterMarker(KeyMarker, { prefix: Prefix, delimiter: Delimiter }),
            ),
          }
    const walked = await store.read(async (tx) => {
      if ("past" in from) await assertMarker(tx, Bucket, KeyMarker, UploadIdMarker)
      return walk(fetchUploads(tx, Bucket), { prefix: keyBytes(Prefix), delimiter: keyBytes(Delimiter), from, most })
    })
    const last = walked.items.at(-1)
    const owner = ownerOf(bucket.account)
    return {
      Bucket,
      KeyMarker: encode(KeyMarker),
      UploadIdMarker,
      Prefix: encode(Prefix),
      ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType: "url" as const }),
      MaxUploads: most,
      IsTruncated: walked.isTruncated,
      NextKeyMarker: last ? encode((last.kind === "prefix" ? last.prefix : last.entry.key).toString()) : "",
      NextUploadIdMarker: last?.kind === "entry" ? last.entry.upload.uploadId : "",
      Uploads: walked.items.flatMap((item) => {
        if (item.kind !== "entry") return []
        const upload = item.entry.upload as Upload
        return [
          {
            Key: encode(upload.key),
            UploadId: upload.uploadId,
            Initiator: upload.initiator,
            Owner: owner,
            Initiated: new Date(upload.initiated),
            StorageClass: (upload.headers.storageClass ?? "STANDARD") as "STANDARD",
            ...(upload.checksum && {
              ChecksumAlgorithm: upload.checksum.algorithm,
              ChecksumType: upload.checksum.type,
            }),
          },
        ]
      }),
      CommonPrefixes: walked.items.flatMap((item) =>
        item.kind === "prefix" ? [{ Prefix: encode(item.prefix.toString()) }] : [],
      ),
    }
  },
})

/** Recorded. */
async function assertMarker(tx: Reading, bucket: string, key: string, uploadId: string): Promise<void> {
  const row =
    isUploadId(uploadId) &&
    (await tx.get(
      "SELECT 1 AS one FROM s3_uploads WHERE bucket = $1 AND object_key = $2 AND upload_id = $3",
      bucket,
      keyBytes(key),
      uploadId,
    ))
  if (!row) throw invalidArgument("Invalid uploadId marker", "upload-id-marker", uploadId)
}

const fetchUploads =
  (tx: Reading, bucket: string) =>
  async (position: Position<ListedUpload>, limit: number): Promise<ListedUpload[]> => {
    const [key, uploadId] = "at" in position ? [position.at, ""] : [position.past.key, position.past.upload.uploadId]
    const rows = await tx.all<UploadRow>(
      `SELECT object_key, upload_id, body FROM s3_uploads
       WHERE bucket = $1 AND object_key >= $2 AND (object_key > $2 OR upload_id > $3)
       ORDER BY object_key, upload_id LIMIT $4`,
      bucket,
      key,
      uploadId,
      limit,
    )
    return rows.map((row) => ({ key: Buffer.from(row.object_key), upload: parseUpload(bucket, row) }))
  }
