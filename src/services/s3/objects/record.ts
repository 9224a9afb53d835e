import type { Segment } from "../../../bytes/bytes.ts"
import type { Reading, Row } from "../../../store/store.ts"
import type { Checksum } from "../checksums/algorithms.ts"
import type { Tags } from "../tags.ts"
import type { StoredHeaders } from "./headers.ts"

/** The `body` of a version's row. */
export interface ObjectBody extends Partial<StoredHeaders> {
  /** A delete marker has nothing but the time. */
  isDeleteMarker?: true
  size: number
  /** Without quotes: 32 hexadecimal digits, with `-N` for an upload of N parts. */
  etag: string
  /** Milliseconds. */
  modified: number
  tags?: Tags
  checksum?: Checksum
  /** Where the content is, unless it rides in the row: the id of a body, or of the upload whose parts it is. */
  dataId?: string
  /** How many parts it was uploaded in. */
  parts?: number
}

export interface ObjectVersion extends ObjectBody {
  key: string
  versionId: string
  age: number
  isListed: boolean
}

/** A version and the content that rides in its row. */
export interface ReadVersion {
  version: ObjectVersion
  content: Uint8Array | undefined
}

/** One part of an object or of an upload. */
export interface PartBody {
  /** The id of its body; none where it is empty. */
  dataId?: string
  size: number
  etag: string
  modified: number
  checksum?: Checksum
}

export interface Part extends PartBody {
  partNumber: number
}

interface ObjectRow extends Row {
  object_key: Uint8Array
  age: number
  version_id: string
  listed: number
  body: string
}

const COLUMNS = "object_key, age, version_id, listed, body"

/** S3's order is that of the keys' UTF-8 bytes. */
export const keyBytes = (key: string): Buffer => Buffer.from(key)

export const parseVersion = (row: ObjectRow): ObjectVersion => ({
  ...(JSON.parse(row.body) as ObjectBody),
  key: Buffer.from(row.object_key).toString(),
  versionId: row.version_id,
  age: row.age,
  isListed: row.listed === 1,
})

/** The newest version of a key, or the one with the id; a delete marker as well. */
export async function findVersion(
  tx: Reading,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<ObjectVersion | undefined> {
  const row = await findRow(tx, COLUMNS, bucket, key, versionId)
  return row && parseVersion(row)
}

/** The same with the content, where it rides along. */
export async function readVersion(
  tx: Reading,
  bucket: string,
  key: string,
  versionId?: string,
): Promise<ReadVersion | undefined> {
  const row = await findRow(tx, `${COLUMNS}, content`, bucket, key, versionId)
  return row && { version: parseVersion(row), content: (row.content as Uint8Array | null) ?? undefined }
}

const findRow = (tx: Reading, columns: string, bucket: string, key: string, versionId: string | undefined) =>
  versionId === undefined
    ? tx.get<ObjectRow>(
        `SELECT ${columns} FROM s3_objects WHERE bucket = $1 AND object_key = $2 ORDER BY age LIMIT 1`,
        bucket,
        keyBytes(key),
      )
    : tx.get<ObjectRow>(
        `SELECT ${columns} FROM s3_objects WHERE bucket = $1 AND object_key = $2 AND version_id = $3`,
        bucket,
        keyBytes(key),
        versionId,
      )

/** The parts of an object or of an upload, in order. */
export async function listParts(tx: Reading, dataId: string): Promise<Part[]> {
  const rows = await tx.all<{ part_number: number; body: string }>(
    "SELECT part_number, body FROM s3_parts WHERE data_id = $1 ORDER BY part_number",
    dataId,
  )
  return rows.map(({ part_number, body }) => ({ ...(JSON.parse(body) as PartBody), partNumber: part_number }))
}

/** The bodies that make up an object's content. */
export async function segmentsOf(tx: Reading, { dataId, size, parts }: ObjectBody): Promise<Segment[]> {
  if (dataId === undefined) return []
  if (parts === undefined) return [{ id: dataId, size }]
  return (await listParts(tx, dataId)).flatMap((part) => (part.dataId ? [{ id: part.dataId, size: part.size }] : []))
}
