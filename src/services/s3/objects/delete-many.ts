import { type _Error, type DeletedObject, DeleteObjectsCommand, type ObjectIdentifier } from "@aws-sdk/client-s3"
import { digest } from "../../../base/digests/digested.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import type { HttpRequest } from "../../../wire/http.ts"
import { onObject } from "../access.ts"
import { openBucket } from "../buckets/settings.ts"
import { ALGORITHMS } from "../checksums/algorithms.ts"
import { assertClaims, type Claims, digestsOf, readClaims } from "../checksums/request.ts"
import { headerNotImplemented, malformedXml, noSuchVersion } from "../errors.ts"
import { deleteObject, noObjectLock } from "./delete.ts"
import { isVersionId, isVersionIdForm } from "./versions.ts"

/** S3 API reference, DeleteObjects. */
const MOST_KEYS = 1000

/** Each key is authorized by itself and answers for itself. */
export const DeleteObjects = operation(DeleteObjectsCommand, {
  // What is checked per key: that the caller may delete none refuses each, not the request. The answer names each key that
  // was refused, so that the body of a stranger is needed for it; of what is wrong with the head it is not.
  access: () => [],
  async admit(input, { store, request }) {
    await openBucket(store, input)
    claimsOf(input, request)
  },
  async handle(input, context) {
    const { Bucket, Delete } = input
    await openBucket(context.store, input)
    await assertIntegrity(input, context)
    if (input.BypassGovernanceRetention !== undefined) throw noObjectLock()
    const objects = Delete.Objects ?? []
    if (objects.length === 0 || objects.length > MOST_KEYS || objects.some(({ Key }) => !Key)) throw malformedXml()
    const Deleted: DeletedObject[] = []
    const Errors: _Error[] = []
    for (const object of objects) {
      try {
        Deleted.push(await deleteOne(Bucket, object, context))
      } catch (error) {
        if (!(error instanceof WireError)) throw error
        Errors.push({
          Key: object.Key,
          ...(object.VersionId !== undefined && { VersionId: object.VersionId }),
          Code: error.code,
          Message: error.message,
        })
      }
    }
    return { ...(!Delete.Quiet && { Deleted }), ...(Errors.length > 0 && { Errors }) }
  },
})

async function deleteOne(bucket: string, object: ObjectIdentifier, context: CallContext): Promise<DeletedObject> {
  const { Key = "", VersionId, ETag } = object
  await context.assertAllowed(onObject("DeleteObject")({ Bucket: bucket, Key, VersionId }))
  if (object.LastModifiedTime !== undefined || object.Size !== undefined) throw headerNotImplemented("LastModifiedTime")
  // Recorded.
  if (VersionId !== undefined && isVersionIdForm(VersionId) && !isVersionId(VersionId))
    throw noSuchVersion(Key, VersionId)
  const { isMarker, versionId } = await deleteObject(context, bucket, { Key, VersionId, IfMatch: ETag })
  return {
    Key,
    ...(VersionId !== undefined && { VersionId }),
    ...(isMarker && { DeleteMarker: true, ...(versionId !== undefined && { DeleteMarkerVersionId: versionId }) }),
  }
}

interface Claimed {
  ChecksumAlgorithm?: string | undefined
  ContentMD5?: string | undefined
}

async function assertIntegrity(input: Claimed, { request, caller }: CallContext): Promise<void> {
  const claims = claimsOf(input, request)
  const body = caller.payload.body
  if (!(body instanceof Uint8Array)) return
  assertClaims(claims, await digest(body, digestsOf(claims)), caller.payload)
}

/** A list of what to delete must come with a digest. Text of AWS's error list, `InvalidRequest`. */
function claimsOf({ ChecksumAlgorithm, ContentMD5 }: Claimed, request: HttpRequest): Claims {
  const input = {
    ...(ChecksumAlgorithm !== undefined && { ChecksumAlgorithm }),
    ...(ContentMD5 !== undefined && { ContentMD5 }),
  }
  const contentMd5 = request.headers["content-md5"]
  const claims = readClaims({ ...checksumHeaders(request.headers), ContentMD5: contentMd5, ...input }, request)
  if (!claims.isChosen && contentMd5 === undefined)
    throw new WireError("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
  return claims
}

/** The checksum headers of an operation whose input has no members for them. */
function checksumHeaders(headers: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.keys(ALGORITHMS).map((name) => [`Checksum${name}`, headers[`x-amz-checksum-${name.toLowerCase()}`]]),
  )
}
