import { GetObjectAttributesCommand, type GetObjectAttributesParts } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Store } from "../../../store/store.ts"
import { onObject } from "../access.ts"
import { openBucket } from "../buckets/settings.ts"
import { checksumMembers, partChecksumMembers } from "../checksums/algorithms.ts"
import { invalidArgument } from "../errors.ts"
import { readMost } from "../listing/parameters.ts"
import { refuseUnbuiltHeaders } from "./headers.ts"
import { getNamed } from "./lookup.ts"
import { listParts, type ObjectVersion } from "./record.ts"
import { shownVersionId } from "./versions.ts"

const ATTRIBUTES = new Set<string>(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"])

export const GetObjectAttributes = operation(GetObjectAttributesCommand, {
  // S3 API reference, GetObjectAttributes: both are needed.
  access: (input) => [onObject("GetObject")(input), onObject("GetObjectAttributes")(input)],
  async handle(input, context) {
    const { store, request } = context
    const bucket = await openBucket(store, input)
    refuseUnbuiltHeaders(request)
    const asked = new Set<string>(input.ObjectAttributes ?? [])
    for (const name of asked) if (!ATTRIBUTES.has(name)) throw invalidAttribute()
    if (asked.size === 0) throw invalidAttribute()
    const version = await getNamed(context, input)
    return {
      LastModified: new Date(version.modified),
      VersionId: shownVersionId(bucket.versioning, version.versionId),
      ...(asked.has("ETag") && { ETag: version.etag }),
      ...(asked.has("Checksum") && version.checksum && { Checksum: checksumMembers(version.checksum) }),
      ...(asked.has("ObjectParts") &&
        version.parts !== undefined && { ObjectParts: await showParts(store, version, input) }),
      ...(asked.has("StorageClass") && { StorageClass: (version.storageClass ?? "STANDARD") as "STANDARD" }),
      ...(asked.has("ObjectSize") && { ObjectSize: version.size }),
    }
  },
})

/** Text UNVERIFIED. */
const invalidAttribute = () => invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes")

/** Parts are listed where they have checksums of their own; else only counted (S3 API reference). */
async function showParts(
  store: Store,
  version: ObjectVersion,
  input: { MaxParts?: number | undefined; PartNumberMarker?: string | undefined },
): Promise<GetObjectAttributesParts> {
  const count = { TotalPartsCount: version.parts }
  if (version.checksum?.type !== "COMPOSITE") return count
  const most = readMost(input.MaxParts, "max-parts")
  const marker = Number(input.PartNumberMarker ?? 0) || 0
  const parts = await store.read((tx) => listParts(tx, version.dataId!))
  const rest = parts.filter(({ partNumber }) => partNumber > marker)
  const page = rest.slice(0, most)
  return {
    ...count,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0),
    MaxParts: most,
    IsTruncated: rest.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.size,
      ...partChecksumMembers(part.checksum),
    })),
  }
}
