import type { Reading, Row } from "../../../store/store.ts"
import type { Checksum } from "../checksums/algorithms.ts"
import { keyBytes, type ObjectBody } from "../objects/record.ts"
import { afterKey, afterPrefix, type Keyed, laterOf, type Position, type Walked, walk } from "./walk.ts"

export interface ListedObject extends Keyed {
  body: ObjectBody
}

interface ListedRow extends Row {
  object_key: Uint8Array
  body: string
}

export interface ObjectQuery {
  bucket: string
  prefix: string
  delimiter: string
  /** The first key that may be listed. */
  from: Buffer
  most: number
}

/** The newest versions under a prefix, delete markers aside: what both ListObjects show. */
export function listObjects(tx: Reading, query: ObjectQuery): Promise<Walked<ListedObject>> {
  const prefix = keyBytes(query.prefix)
  const fetch = async (position: Position<ListedObject>, limit: number): Promise<ListedObject[]> => {
    const rows = await tx.all<ListedRow>(
      "SELECT object_key, body FROM s3_objects WHERE bucket = $1 AND object_key >= $2 AND listed = 1 ORDER BY object_key LIMIT $3",
      query.bucket,
      "at" in position ? position.at : afterKey(position.past.key),
      limit,
    )
    return rows.map(({ object_key, body }) => ({ key: Buffer.from(object_key), body: JSON.parse(body) as ObjectBody }))
  }
  return walk(fetch, {
    prefix,
    delimiter: keyBytes(query.delimiter),
    from: { at: laterOf(prefix, query.from) },
    most: query.most,
  })
}

/**
 * Where a listing goes on after a marker: past the key, or past all that a common prefix stands for, be the marker that
 * prefix or a key below it (recorded).
 */
export function startAfterMarker(marker: string, { prefix, delimiter }: { prefix: string; delimiter: string }): Buffer {
  const at = delimiter === "" || !marker.startsWith(prefix) ? -1 : marker.indexOf(delimiter, prefix.length)
  return at < 0 ? afterKey(keyBytes(marker)) : afterPrefix(keyBytes(marker.slice(0, at + delimiter.length)))
}

/** The same of `start-after`, below which a common prefix is still shown unless it is the prefix itself. */
export const startAfter = (name: string, delimiter: string): Buffer =>
  delimiter !== "" && name.endsWith(delimiter) ? afterPrefix(keyBytes(name)) : afterKey(keyBytes(name))

/** The same of the last item of a page. */
export function nextStart({ items }: Walked<ListedObject>): Buffer {
  const last = items.at(-1)!
  return last.kind === "prefix" ? afterPrefix(last.prefix) : afterKey(last.entry.key)
}

/** `Contents` of both versions. */
export const showObject = ({ body }: ListedObject) => ({
  LastModified: new Date(body.modified),
  ETag: `"${body.etag}"`,
  ...checksumSummary(body.checksum),
  Size: body.size,
  StorageClass: (body.storageClass ?? "STANDARD") as "STANDARD",
})

export const checksumSummary = (checksum: Checksum | undefined) =>
  checksum ? { ChecksumAlgorithm: [checksum.algorithm], ChecksumType: checksum.type } : {}
