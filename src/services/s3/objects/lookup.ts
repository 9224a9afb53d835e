import type { CallContext } from "../../../call.ts"
import { bucketArn } from "../arns.ts"
import { methodNotAllowed, noSuchKey, noSuchVersion } from "../errors.ts"
import { findVersion, type ObjectVersion, type ReadVersion, readVersion } from "./record.ts"
import { assertVersionId } from "./versions.ts"

export interface Named {
  Bucket: string
  Key: string
  VersionId?: string | undefined
}

type Context = Pick<CallContext, "store" | "assertAllowed"> & { request: Pick<CallContext["request"], "method"> }

/** The version that the input names, with the content that rides in its row; throws what `assertFound` throws. */
export async function readNamed(context: Context, { Bucket, Key, VersionId }: Named): Promise<ReadVersion> {
  assertVersionId(VersionId)
  const read = await context.store.read((tx) => readVersion(tx, Bucket, Key, VersionId))
  await assertFound(context, { Bucket, Key, VersionId }, read?.version)
  return read!
}

/** The same without content. */
export async function getNamed(context: Context, { Bucket, Key, VersionId }: Named): Promise<ObjectVersion> {
  assertVersionId(VersionId)
  const version = await context.store.read((tx) => findVersion(tx, Bucket, Key, VersionId))
  await assertFound(context, { Bucket, Key, VersionId }, version)
  return version!
}

/**
 * Throws where there is nothing to read: 404, but 403 to callers who may not list the bucket and so may not learn what is
 * missing from it (S3 API reference, GetObject). Delete markers tell that they are ones. That the key is asked for as
 * `s3:prefix` is UNVERIFIED.
 */
async function assertFound(
  { assertAllowed, request }: Context,
  { Bucket, Key, VersionId }: Named,
  version: ObjectVersion | undefined,
): Promise<void> {
  if (version && !version.isDeleteMarker) return
  await assertAllowed({ action: "s3:ListBucket", resource: bucketArn(Bucket), context: { "s3:prefix": Key } })
  if (!version) throw VersionId === undefined ? noSuchKey(Key) : noSuchVersion(Key, VersionId)
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": version.versionId }
  if (VersionId === undefined) throw noSuchKey(Key, headers)
  throw methodNotAllowed(request.method, "DeleteMarker", {
    ...headers,
    allow: "DELETE",
    "last-modified": new Date(version.modified).toUTCString(),
  })
}
