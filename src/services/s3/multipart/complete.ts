import { CompleteMultipartUploadCommand } from "@aws-sdk/client-s3"
import type { Requirement } from "../../../authorization/requirement.ts"
import { loadSums } from "../../../base/digests/sums.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { present } from "../access.ts"
import { objectArn } from "../arns.ts"
import { readVersioning, type Versioning } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import { ALGORITHMS, type Algorithm, type Checksum, checksumMembers } from "../checksums/algorithms.ts"
import { type Dropping, dropPart } from "../data/drop.ts"
import { checksumMismatch, invalidRequest } from "../errors.ts"
import { assertWritable, assertWriteConditions } from "../objects/conditions.ts"
import { refuseUnbuiltHeaders } from "../objects/headers.ts"
import { findVersion, listParts, type Part } from "../objects/record.ts"
import { newVersionIdShown, putVersion } from "../objects/versions.ts"
import { composeChecksum, composeEtag, selectParts } from "./assemble.ts"
import { getUpload, removePart, removeUpload, type Upload } from "./record.ts"

interface Completed {
  etag: string
  checksum: Checksum | undefined
  versionId: string
  versioning: Versioning
}

export const CompleteMultipartUpload = operation(CompleteMultipartUploadCommand, {
  access({ Bucket, Key, IfMatch, IfNoneMatch }) {
    const resource = objectArn(Bucket, Key)
    const context = present({
      "s3:if-match": IfMatch,
      "s3:if-none-match": IfNoneMatch,
      "s3:ObjectCreationOperation": "true",
    })
    const needed: Requirement[] = [{ action: "s3:PutObject", resource, context }]
    if (IfMatch !== undefined) needed.push({ action: "s3:GetObject", resource })
    return needed
  },

  async handle(input, context: CallContext) {
    const { store, clock, endpoint, request } = context
    const { Bucket, Key, UploadId } = input
    await openBucket(store, input)
    refuseUnbuiltHeaders(request)
    assertWriteConditions(input)
    const sums = await loadSums()
    const completed = await store.transact(async (tx): Promise<Completed> => {
      const versioning = await readVersioning(tx, Bucket)
      const done = await findVersion(tx, Bucket, Key)
      // Asked again by a client that missed the answer.
      if (done?.dataId === UploadId) return { ...done, checksum: done.checksum, versioning }
      const upload = await getUpload(tx, input)
      const listed = input.MultipartUpload?.Parts ?? []
      if (listed.length === 0) throw invalidRequest("You must specify at least one part")
      const uploaded = await listParts(tx, UploadId)
      assertType(upload, input.ChecksumType)
      const parts = selectParts(upload, listed, uploaded)
      const size = parts.reduce((sum, part) => sum + part.size, 0)
      assertSize(size, input.MpuObjectSize)
      const checksum = composeChecksum(upload, parts, sums)
      assertChecksum(checksum, input)
      const etag = composeEtag(parts)
      await dropUnlisted(tx, context, UploadId, uploaded, parts)
      await removeUpload(tx, upload)
      const versionId = await putVersion(tx, context, {
        bucket: Bucket,
        key: Key,
        versioning,
        body: {
          ...upload.headers,
          size,
          etag,
          modified: clock.now(),
          checksum,
          dataId: UploadId,
          parts: parts.length,
          ...(upload.tags && { tags: upload.tags }),
        },
        check: (latest) => assertWritable(input, Key, latest, upload),
      })
      return { etag, checksum, versionId, versioning }
    })
    return {
      Location: `${endpoint.url}/${Bucket}/${encodeURIComponent(Key).replace(/%2F/g, "/")}`,
      Bucket,
      Key,
      ETag: `"${completed.etag}"`,
      ServerSideEncryption: "AES256" as const,
      VersionId: newVersionIdShown(completed.versioning, completed.versionId),
      ...checksumMembers(completed.checksum),
    }
  },
})

/** Recorded, `null` and all. */
function assertType({ checksum }: Upload, type: string | undefined): void {
  if (type === undefined || type === checksum?.type) return
  throw invalidRequest(
    `The upload was created using the ${checksum?.type ?? "null"} checksum mode. The complete request must use the same checksum mode.`,
  )
}

function assertSize(size: number, claimed: number | undefined): void {
  if (claimed !== undefined && claimed !== size)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${claimed} does not match what was computed: ${size}`,
    )
}

type WholeChecksum = { [M in `Checksum${Algorithm}`]?: string | undefined } & { ChecksumType?: string | undefined }

/**
 * The checksum of the whole that a caller gives, of the upload's algorithm; recorded in lower case. Without a type it is
 * one of the type that its algorithm has by default (recorded: the right one of a full object is then a bad digest).
 */
function assertChecksum(computed: Checksum, input: WholeChecksum): void {
  for (const algorithm of Object.keys(ALGORITHMS) as Algorithm[]) {
    const claimed = input[`Checksum${algorithm}`]
    if (claimed === undefined) continue
    const isSame =
      algorithm === computed.algorithm &&
      (input.ChecksumType ?? ALGORITHMS[algorithm].types[0]) === computed.type &&
      (claimed === computed.value || claimed === computed.value.split("-")[0])
    if (!isSame) throw checksumMismatch(algorithm.toLowerCase())
  }
}

async function dropUnlisted(tx: Writing, deps: Dropping, uploadId: string, uploaded: Part[], kept: Part[]) {
  const keptNumbers = new Set(kept.map(({ partNumber }) => partNumber))
  for (const part of uploaded) {
    if (keptNumbers.has(part.partNumber)) continue
    await removePart(tx, uploadId, part.partNumber)
    await dropPart(tx, deps, part)
  }
}
