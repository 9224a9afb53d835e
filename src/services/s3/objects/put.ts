import { PutObjectCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { openBucket } from "../buckets/settings.ts"
import { checksumMembers, wholeChecksum } from "../checksums/algorithms.ts"
import { readClaims } from "../checksums/request.ts"
import { INLINE_BYTES } from "../data/write.ts"
import { parseTaggingHeader } from "../tags.ts"
import { assertAclHeaders } from "./acl-headers.ts"
import { assertWritable, assertWriteConditions } from "./conditions.ts"
import { assertKeyLength, readHeaders, refuseUnbuiltHeaders } from "./headers.ts"
import { publish } from "./publish.ts"
import { putRequirements } from "./put-access.ts"
import { receiveBody } from "./upload-body.ts"
import { newVersionIdShown } from "./versions.ts"

export const PutObject = operation(PutObjectCommand, {
  access: (input) => putRequirements(input),
  async handle(input, context) {
    const { store, request } = context
    const { Bucket, Key } = input
    const bucket = await openBucket(store, input)
    assertKeyLength(Key)
    refuseUnbuiltHeaders(request)
    assertAclHeaders(input, bucket)
    assertWriteConditions(input)
    const headers = readHeaders(input, request)
    const tags = input.Tagging === undefined ? [] : parseTaggingHeader(input.Tagging)
    const claims = readClaims(input, request)
    const arrived = await receiveBody(context, { claims, inlineBytes: INLINE_BYTES, showsHex: true })
    const checksum = wholeChecksum(claims.algorithm, arrived.digests)
    const etag = arrived.digests.md5!.toString("hex")
    const { versionId, versioning } = await publish(context, {
      bucket: Bucket,
      key: Key,
      arrived,
      body: { ...headers, size: arrived.size, etag, checksum, ...(tags.length > 0 && { tags }) },
      check: (latest) => assertWritable(input, Key, latest),
    })
    return {
      ETag: `"${etag}"`,
      ...checksumMembers(checksum),
      ServerSideEncryption: "AES256" as const,
      VersionId: newVersionIdShown(versioning, versionId),
    }
  },
})
