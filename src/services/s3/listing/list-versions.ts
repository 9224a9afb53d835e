import { ListObjectVersionsCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { ownerOf } from "../buckets/owner.ts"
import { openBucket } from "../buckets/settings.ts"
import { invalidArgument } from "../errors.ts"
import { findVersion, keyBytes, type ObjectVersion, parseVersion } from "../objects/record.ts"
import { assertVersionId } from "../objects/versions.ts"
import { onListing } from "./list-objects.ts"
import { checksumSummary, startAfterMarker } from "./objects.ts"
import { readEncoding, readMost } from "./parameters.ts"
import { type Keyed, laterOf, type Position, walk } from "./walk.ts"

interface ListedVersion extends Keyed {
  version: ObjectVersion
  isLatest: boolean
}

/** Sorts before every version of its key. */
const BEFORE_ALL = -(2 ** 52)

export const ListObjectVersions = operation(ListObjectVersionsCommand, {
  access: onListing("ListBucketVersions"),
  async handle(input, { store }) {
    const { Bucket, Prefix = "", Delimiter = "", KeyMarker = "", VersionIdMarker, EncodingType } = input
    const bucket = await openBucket(store, input)
    const encode = readEncoding(EncodingType)
    const most = readMost(input.MaxKeys)
    if (VersionIdMarker !== undefined && KeyMarker === "")
      throw invalidArgument(
        "A version-id marker cannot be specified without a key marker.",
        "version-id-marker",
        VersionIdMarker,
      )
    assertVersionId(VersionIdMarker || undefined)
    const walked = await store.read(async (tx) => {
      const from = await startOf(tx, Bucket, {
        Prefix,
        Delimiter,
        KeyMarker,
        VersionIdMarker: VersionIdMarker || undefined,
      })
      return walk(fetchVersions(tx, Bucket), {
        prefix: keyBytes(Prefix),
        delimiter: keyBytes(Delimiter),
        from,
        most,
      })
    })
    const owner = ownerOf(bucket.account)
    const entries = walked.items.flatMap((item) => (item.kind === "entry" ? [item.entry] : []))
    const shown = ({ key, version, isLatest }: ListedVersion) => ({
      Key: encode(key.toString()),
      VersionId: version.versionId,
      IsLatest: isLatest,
      LastModified: new Date(version.modified),
      Owner: owner,
    })
    const last = walked.items.at(-1)
    return {
      Name: Bucket,
      Prefix: encode(Prefix),
      KeyMarker: encode(KeyMarker),
      VersionIdMarker: VersionIdMarker ?? "",
      MaxKeys: most,
      IsTruncated: walked.isTruncated,
      ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType: "url" as const }),
      ...(walked.isTruncated &&
        last &&
        (last.kind === "prefix"
          ? { NextKeyMarker: encode(last.prefix.toString()) }
          : {
              NextKeyMarker: encode(last.entry.key.toString()),
              NextVersionIdMarker: last.entry.version.versionId,
            })),
      Versions: entries
        .filter(({ version }) => !version.isDeleteMarker)
        .map((entry) => ({
          ...shown(entry),
          ETag: `"${entry.version.etag}"`,
          ...checksumSummary(entry.version.checksum),
          Size: entry.version.size,
          StorageClass: "STANDARD" as const,
          ...(entry.version.storageClass !== undefined && { StorageClass: entry.version.storageClass as "STANDARD" }),
        })),
      DeleteMarkers: entries.filter(({ version }) => version.isDeleteMarker).map(shown),
      CommonPrefixes: walked.items.flatMap((item) =>
        item.kind === "prefix" ? [{ Prefix: encode(item.prefix.toString()) }] : [],
      ),
    }
  },
})

/** Past the key of the marker; past one of its versions where that is named too. */
async function startOf(
  tx: Reading,
  bucket: string,
  options: { Prefix: string; Delimiter: string; KeyMarker: string; VersionIdMarker: string | undefined },
): Promise<Position<ListedVersion>> {
  const { Prefix, Delimiter, KeyMarker, VersionIdMarker } = options
  if (KeyMarker === "") return { at: keyBytes(Prefix) }
  if (VersionIdMarker === undefined)
    return { at: laterOf(keyBytes(Prefix), startAfterMarker(KeyMarker, { prefix: Prefix, delimiter: Delimiter })) }
  const version = await findVersion(tx, bucket, KeyMarker, VersionIdMarker)
  // A version that went meanwhile: all of its key may be listed again rather than be left out.
  if (!version) return { at: laterOf(keyBytes(Prefix), keyBytes(KeyMarker)) }
  return { past: { key: keyBytes(KeyMarker), version, isLatest: false } }
}

const fetchVersions =
  (tx: Reading, bucket: string) =>
  async (position: Position<ListedVersion>, limit: number): Promise<ListedVersion[]> => {
    const [key, age] = "at" in position ? [position.at, BEFORE_ALL] : [position.past.key, position.past.version.age]
    const rows = await tx.all<Parameters<typeof parseVersion>[0]>(
      `SELECT object_key, age, version_id, listed, body FROM s3_objects
       WHERE bucket = $1 AND object_key >= $2 AND (object_key > $2 OR age > $3) ORDER BY object_key, age LIMIT $4`,
      bucket,
      key,
      age,
      limit,
    )
    let previous = "past" in position ? position.past.key : Buffer.alloc(0)
    const listed: ListedVersion[] = []
    for (const row of rows) {
      const version = parseVersion(row)
      const key = Buffer.from(row.object_key)
      // Rows come newest first, so the first of a key is its latest, unless the page began amid its versions.
      listed.push({ key, version, isLatest: !key.equals(previous) })
      previous = key
    }
    return listed
  }
