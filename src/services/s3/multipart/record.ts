import { randomBase64Url } from "../../../base/random.ts"
import type { Reading, Row, Writing } from "../../../store/store.ts"
import type { Algorithm, Checksum, ChecksumType } from "../checksums/algorithms.ts"
import { noSuchUpload } from "../errors.ts"
import type { StoredHeaders } from "../objects/headers.ts"
import { keyBytes, type Part, type PartBody } from "../objects/record.ts"
import type { Tags } from "../tags.ts"

/** The `body` of an upload's row. */
export interface UploadBody {
  /** Milliseconds. */
  initiated: number
  initiator: { ID: string; DisplayName?: string }
  headers: StoredHeaders
  tags?: Tags
  /** The key was deleted for good since it began: nothing else is left to tell so. */
  isOvertaken?: true
  /** Undefined where the caller asked for none: the object gets the default one then. */
  checksum?: { algorithm: Algorithm; type: ChecksumType }
}

export interface Upload extends UploadBody {
  bucket: string
  key: string
  uploadId: string
}

export interface UploadRow extends Row {
  object_key: Uint8Array
  upload_id: string
  body: string
}

export const parseUpload = (bucket: string, row: UploadRow): Upload => ({
  ...(JSON.parse(row.body) as UploadBody),
  bucket,
  key: Buffer.from(row.object_key).toString(),
  uploadId: row.upload_id,
})

/** Ids sort by the time that uploads began, as their listing does. */
export const newUploadId = (now: number): string => `${now.toString(36).padStart(9, "0")}.${randomBase64Url(48)}`

/** Whether the text can be an upload id of ours; any other is not looked for. */
export const isUploadId = (text: string): boolean => /^[\w.-]+$/.test(text)

export interface UploadName {
  Bucket: string
  Key: string
  UploadId: string
}

export async function getUpload(tx: Reading, { Bucket, Key, UploadId }: UploadName): Promise<Upload> {
  if (!isUploadId(UploadId)) throw noSuchUpload(UploadId)
  const row = await tx.get<UploadRow>(
    "SELECT object_key, upload_id, body FROM s3_uploads WHERE bucket = $1 AND object_key = $2 AND upload_id = $3",
    Bucket,
    keyBytes(Key),
    UploadId,
  )
  if (!row) throw noSuchUpload(UploadId)
  return parseUpload(Bucket, row)
}

export async function insertUpload(tx: Writing, { bucket, key, uploadId, ...body }: Upload): Promise<void> {
  await tx.run(
    "INSERT INTO s3_uploads (bucket, object_key, upload_id, body) VALUES ($1, $2, $3, $4)",
    bucket,
    keyBytes(key),
    uploadId,
    JSON.stringify(body),
  )
}

/** As many uploads of one key are told of a deletion. */
const MOST_OVERTAKEN = 1000

/** Notes on the uploads of a key that it was deleted meanwhile. */
export async function overtakeUploads(tx: Writing, bucket: string, key: string): Promise<void> {
  const rows = await tx.all<UploadRow>(
    "SELECT object_key, upload_id, body FROM s3_uploads WHERE bucket = $1 AND object_key = $2 ORDER BY upload_id LIMIT $3",
    bucket,
    keyBytes(key),
    MOST_OVERTAKEN,
  )
  for (const row of rows) {
    const { bucket: _, key: __, uploadId, ...body } = parseUpload(bucket, row)
    if (body.isOvertaken) continue
    await tx.run(
      "UPDATE s3_uploads SET body = $4 WHERE bucket = $1 AND object_key = $2 AND upload_id = $3",
      bucket,
      keyBytes(key),
      uploadId,
      JSON.stringify({ ...body, isOvertaken: true }),
    )
  }
}

export async function removeUpload(tx: Writing, { bucket, key, uploadId }: Upload): Promise<void> {
  await tx.run(
    "DELETE FROM s3_uploads WHERE bucket = $1 AND object_key = $2 AND upload_id = $3",
    bucket,
    keyBytes(key),
    uploadId,
  )
}

export async function findPart(tx: Reading, uploadId: string, partNumber: number): Promise<Part | undefined> {
  const row = await tx.get<{ body: string }>(
    "SELECT body FROM s3_parts WHERE data_id = $1 AND part_number = $2",
    uploadId,
    partNumber,
  )
  return row && { ...(JSON.parse(row.body) as PartBody), partNumber }
}

export async function putPart(tx: Writing, uploadId: string, { partNumber, ...body }: Part): Promise<void> {
  await tx.run(
    "INSERT INTO s3_parts (data_id, part_number, body) VALUES ($1, $2, $3) ON CONFLICT (data_id, part_number) DO UPDATE SET body = excluded.body",
    uploadId,
    partNumber,
    JSON.stringify(body),
  )
}

export async function removePart(tx: Writing, uploadId: string, partNumber: number): Promise<void> {
  await tx.run("DELETE FROM s3_parts WHERE data_id = $1 AND part_number = $2", uploadId, partNumber)
}

/** What an answer shows of a part's checksum: the upload's own, where it has one. */
export const shownChecksum = (upload: UploadBody, checksum: Checksum | undefined): Checksum | undefined =>
  upload.checksum ? checksum : undefined
