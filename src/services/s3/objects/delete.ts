import { DeleteObjectCommand } from "@aws-sdk/client-s3"
import type { Deps } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onObject } from "../access.ts"
import { readVersioning } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import type { Dropping } from "../data/drop.ts"
import { headerNotImplemented, invalidArgument } from "../errors.ts"
import { overtakeUploads } from "../multipart/record.ts"
import { assertWritable } from "./conditions.ts"
import { assertKeyLength } from "./headers.ts"
import { findVersion } from "./record.ts"
import { assertVersionId, putVersion, removeVersion } from "./versions.ts"

export const DeleteObject = operation(DeleteObjectCommand, {
  access(input) {
    const needed = onObject("DeleteObject")(input)
    return input.IfMatch === undefined
      ? needed
      : { ...needed, context: { ...needed.context, "s3:if-match": input.IfMatch } }
  },
  async handle(input, context) {
    await openBucket(context.store, input)
    if (input.BypassGovernanceRetention !== undefined) throw noObjectLock()
    if (input.IfMatchLastModifiedTime !== undefined) throw headerNotImplemented("x-amz-if-match-last-modified-time")
    if (input.IfMatchSize !== undefined) throw headerNotImplemented("x-amz-if-match-size")
    const { isMarker, versionId } = await deleteObject(context, input.Bucket, input)
    return {
      ...(isMarker && { DeleteMarker: true }),
      ...(versionId !== undefined && { VersionId: versionId }),
    }
  },
})

/** Recorded. */
export const noObjectLock = () =>
  invalidArgument(
    "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
    "x-amz-bypass-governance-retention",
  )

export interface Deletion {
  /** Whether a delete marker was made or, with a version id, taken away. */
  isMarker: boolean
  /** Of the version that went, or of the delete marker that was made. */
  versionId: string | undefined
}

/**
 * Deletes the version that is named, for good; else the object: for good where versioning is off, with a delete marker on
 * top of it where it is not. What is not there is deleted already.
 */
export async function deleteObject(
  deps: Dropping & Pick<Deps, "store">,
  bucket: string,
  { Key, VersionId, IfMatch }: { Key: string; VersionId?: string | undefined; IfMatch?: string | undefined },
): Promise<Deletion> {
  const { store, clock } = deps
  assertKeyLength(Key)
  assertVersionId(VersionId)
  const now = clock.now()
  return store.transact(async (tx): Promise<Deletion> => {
    const versioning = await readVersioning(tx, bucket)
    if (VersionId !== undefined || versioning === "") {
      const version = await findVersion(tx, bucket, Key, VersionId)
      if (IfMatch !== undefined) assertWritable({ IfMatch }, Key, version)
      if (version) {
        await removeVersion(tx, deps, bucket, version)
        await overtakeUploads(tx, bucket, Key)
      }
      return { isMarker: version?.isDeleteMarker ?? false, versionId: versioning === "" ? undefined : VersionId }
    }
    const marker = { isDeleteMarker: true as const, size: 0, etag: "", modified: now }
    const check = (latest: Parameters<typeof assertWritable>[2]) => assertWritable({ IfMatch }, Key, latest)
    const versionId = await putVersion(tx, deps, { bucket, key: Key, versioning, body: marker, check })
    return { isMarker: true, versionId }
  })
}
