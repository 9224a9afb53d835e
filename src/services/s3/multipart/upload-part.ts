import { UploadPartCommand } from "@aws-sdk/client-s3"
import type { Deps } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { objectArn } from "../arns.ts"
import { openBucket } from "../buckets/settings.ts"
import { type Checksum, DEFAULT_ALGORITHM, partChecksumMembers, wholeChecksum } from "../checksums/algorithms.ts"
import { readClaims } from "../checksums/request.ts"
import { type Dropping, dropPart } from "../data/drop.ts"
import { type Arrived, discardData, keepData } from "../data/write.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import { refuseUnbuiltHeaders } from "../objects/headers.ts"
import type { Part } from "../objects/record.ts"
import { receiveBody } from "../objects/upload-body.ts"
import { findPart, getUpload, putPart, type UploadBody, type UploadName } from "./record.ts"

const MOST_PARTS = 10_000

export const UploadPart = operation(UploadPartCommand, {
  access: ({ Bucket, Key }) => ({ action: "s3:PutObject", resource: objectArn(Bucket, Key) }),
  async handle(input, context) {
    const { store, request } = context
    await openBucket(store, input)
    assertPartNumber(input.PartNumber)
    refuseUnbuiltHeaders(request)
    const upload = await store.read((tx) => getUpload(tx, input))
    const claims = readClaims(input, request)
    assertSameAlgorithm(upload, claims.isChosen ? claims.algorithm : undefined)
    const algorithm = upload.checksum?.algorithm ?? DEFAULT_ALGORITHM
    const arrived = await receiveBody(context, {
      claims,
      inlineBytes: 0,
      family: input.UploadId,
      ...(algorithm !== claims.algorithm && { secondAlgorithm: algorithm }),
    })
    const part = await publishPart(context, input, arrived, wholeChecksum(algorithm, arrived.digests))
    const shown = wholeChecksum(claims.algorithm, arrived.digests)
    return { ETag: `"${part.etag}"`, ServerSideEncryption: "AES256" as const, ...partChecksumMembers(shown) }
  },
})

/** Recorded. */
export function assertPartNumber(partNumber: number): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MOST_PARTS)
    throw invalidArgument(
      `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`,
      "partNumber",
      String(partNumber),
    )
}

/** Recorded; a composed checksum cannot do without its parts'. */
function assertSameAlgorithm({ checksum }: UploadBody, algorithm: string | undefined): void {
  if (!checksum || algorithm === checksum.algorithm) return
  if (algorithm === undefined && checksum.type === "FULL_OBJECT") return
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm.toLowerCase()}, actual checksum Type: ${algorithm?.toLowerCase() ?? "null"}`,
  )
}

/** Makes a part out of bytes that have arrived, in place of an earlier one of its number. */
export async function publishPart(
  deps: Dropping & Pick<Deps, "store">,
  name: UploadName & { PartNumber: number },
  arrived: Arrived,
  checksum: Checksum,
): Promise<Part> {
  const { store, clock, bytes } = deps
  const modified = clock.now()
  const part: Part = {
    partNumber: name.PartNumber,
    ...(arrived.written && { dataId: arrived.written.id }),
    size: arrived.size,
    etag: arrived.digests.md5!.toString("hex"),
    modified,
    checksum,
  }
  const published = store.transact(async (tx) => {
    // It may have been completed or aborted while the part came in.
    await getUpload(tx, name)
    await keepData(tx, bytes, arrived)
    const replaced = await findPart(tx, name.UploadId, name.PartNumber)
    if (replaced) await dropPart(tx, deps, replaced)
    await putPart(tx, name.UploadId, part)
    return part
  })
  return published.catch((error) => discardData(bytes, arrived, error))
}
