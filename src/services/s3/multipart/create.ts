import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3"
import type { Caller } from "../../../authentication/caller.ts"
import { operation } from "../../../operation.ts"
import { canonicalUserId } from "../buckets/owner.ts"
import { readVersioning } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import { noteObjectTags } from "../buckets/tagged.ts"
import { ALGORITHMS, isAlgorithm } from "../checksums/algorithms.ts"
import { unsupportedAlgorithm } from "../checksums/request.ts"
import { accessDenied, invalidRequest } from "../errors.ts"
import { assertAclHeaders } from "../objects/acl-headers.ts"
import { assertKeyLength, readHeaders, refuseUnbuiltHeaders } from "../objects/headers.ts"
import { putRequirements } from "../objects/put-access.ts"
import { parseTaggingHeader } from "../tags.ts"
import { insertUpload, newUploadId, type UploadBody } from "./record.ts"

export const CreateMultipartUpload = operation(CreateMultipartUploadCommand, {
  access: (input) => putRequirements(input),
  async handle(input, { store, clock, request, caller }) {
    const { Bucket, Key } = input
    if (caller.kind === "anonymous")
      throw accessDenied("Anonymous users cannot initiate multipart uploads.  Please authenticate.")
    const bucket = await openBucket(store, input)
    assertKeyLength(Key)
    refuseUnbuiltHeaders(request)
    assertAclHeaders(input, bucket)
    const headers = readHeaders(input, request)
    const tags = input.Tagging === undefined ? [] : parseTaggingHeader(input.Tagging)
    const checksum = readChecksum(input)
    if (tags.length > 0) await noteObjectTags(store, Bucket)
    const initiated = clock.now()
    const uploadId = newUploadId(initiated)
    await store.transact(async (tx) => {
      await readVersioning(tx, Bucket)
      await insertUpload(tx, {
        bucket: Bucket,
        key: Key,
        uploadId,
        initiated,
        initiator: initiatorOf(caller, bucket.account),
        headers,
        ...(tags.length > 0 && { tags }),
        ...(checksum && { checksum }),
      })
    })
    return {
      Bucket,
      Key,
      UploadId: uploadId,
      ServerSideEncryption: "AES256" as const,
      ...(checksum && { ChecksumAlgorithm: checksum.algorithm, ChecksumType: checksum.type }),
    }
  },
})

/** Texts recorded. */
function readChecksum(input: {
  ChecksumAlgorithm?: string | undefined
  ChecksumType?: string | undefined
}): UploadBody["checksum"] {
  const asked = input.ChecksumAlgorithm?.toUpperCase()
  if (asked === undefined) {
    if (input.ChecksumType === undefined) return undefined
    throw invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
  }
  if (!isAlgorithm(asked)) throw unsupportedAlgorithm()
  const { types } = ALGORITHMS[asked]
  const type = types.find((known) => known === input.ChecksumType) ?? (input.ChecksumType === undefined && types[0])
  if (type) return { algorithm: asked, type }
  if (input.ChecksumType !== "COMPOSITE" && input.ChecksumType !== "FULL_OBJECT")
    throw invalidRequest("Value for x-amz-checksum-type header is invalid.")
  throw invalidRequest(
    `The ${input.ChecksumType} checksum type cannot be used with the ${asked.toLowerCase()} checksum algorithm.`,
  )
}

/**
 * S3 API reference, `Initiator`: the ARN of an IAM principal, else the canonical user id; and a name (recorded that there is
 * one, but for the root, of whom, and of sessions, it is UNVERIFIED what it is).
 */
function initiatorOf(caller: Caller, ownerAccount: string): UploadBody["initiator"] {
  if (caller.kind === "anonymous") return { ID: canonicalUserId(ownerAccount) }
  if (caller.kind === "root") return { ID: canonicalUserId(caller.account), DisplayName: caller.account }
  return { ID: caller.arn, DisplayName: caller.arn.slice(caller.arn.indexOf("/") + 1) }
}
