import { createHash } from "node:crypto"
import type { CompletedPart } from "@aws-sdk/client-s3"
import type { Sums } from "../../../base/digests/sums.ts"
import { WireError } from "../../../wire/errors.ts"
import { ALGORITHMS, type Algorithm, type Checksum, DEFAULT_ALGORITHM } from "../checksums/algorithms.ts"
import { COMBINE } from "../checksums/combine.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import type { Part } from "../objects/record.ts"
import type { Upload } from "./record.ts"

/** S3 user guide, "Amazon S3 multipart upload limits": of every part but the last. */
const LEAST_BYTES = 5 * 1024 * 1024

/** Picks the parts that a caller lists and holds them against what was uploaded. Texts and members recorded. */
export function selectParts(upload: Upload, listed: readonly CompletedPart[], uploaded: readonly Part[]): Part[] {
  const { uploadId } = upload
  const byNumber = new Map(uploaded.map((part) => [part.partNumber, part]))
  let previous = 0
  const parts = listed.map((given) => {
    const { PartNumber, ETag } = given
    if (PartNumber === undefined || ETag === undefined) throw malformedXml()
    if (PartNumber <= previous) throw invalidPartOrder(uploadId)
    previous = PartNumber
    const part = byNumber.get(PartNumber)
    const etag = ETag.replace(/^"(.*)"$/, "$1")
    if (!part || part.etag !== etag) throw invalidPart(uploadId, PartNumber, etag)
    assertPartChecksum(upload, given, part, () => invalidPart(uploadId, PartNumber, etag))
    return part
  })
  for (const part of parts.slice(0, -1)) if (part.size < LEAST_BYTES) throw entityTooSmall(part)
  return parts
}

/** Recorded: a checksum that the part does not have is a part that is not there; one of another kind is a bad digest. */
function assertPartChecksum({ checksum }: Upload, given: CompletedPart, part: Part, notFound: () => Error): void {
  const claimed = (Object.keys(ALGORITHMS) as Algorithm[]).filter((name) => given[`Checksum${name}`] !== undefined)
  if (!checksum) {
    if (claimed.length > 0) throw notFound()
    return
  }
  const other = claimed.find((name) => name !== checksum.algorithm)
  if (other !== undefined)
    throw new WireError(
      "BadDigest",
      `The ${other.toLowerCase()} you specified for part ${part.partNumber} did not match what we received.`,
    )
  const { algorithm, type } = checksum
  const name = algorithm.toLowerCase()
  const value = given[`Checksum${algorithm}`]
  if (value === undefined) {
    if (type === "FULL_OBJECT") return
    throw invalidRequest(
      `The upload was created using a ${name} checksum. The complete request must include the checksum for each part. It was missing for part ${part.partNumber} in the request.`,
    )
  }
  if (value !== part.checksum?.value) throw notFound()
}

/** The MD5 of the parts' MD5s and their number, as S3 has always had it. */
export function composeEtag(parts: readonly Part[]): string {
  const md5 = createHash("md5")
  for (const { etag } of parts) md5.update(etag, "hex")
  return `${md5.digest("hex")}-${parts.length}`
}

/** The checksum of the whole, from those of the parts alone. */
export function composeChecksum({ checksum: asked }: Upload, parts: readonly Part[], begin: Sums): Checksum {
  const { algorithm, type } = asked ?? { algorithm: DEFAULT_ALGORITHM, type: "FULL_OBJECT" }
  const sums: Buffer[] = parts.map(({ checksum }) => Buffer.from(checksum!.value, "base64"))
  if (type === "COMPOSITE") {
    const running = begin[ALGORITHMS[algorithm].digest]()
    for (const sum of sums) running.add(sum)
    return { algorithm, type, value: `${running.sum().toString("base64")}-${parts.length}` }
  }
  const combine = COMBINE[algorithm as keyof typeof COMBINE]
  const [first, ...others] = sums
  const whole = others.reduce((sum, next, index) => combine(sum, next, parts[index + 1]!.size), first!)
  return { algorithm, type, value: whole.toString("base64") }
}

const invalidPartOrder = (UploadId: string) =>
  new WireError(
    "InvalidPartOrder",
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { members: { UploadId } },
  )

const invalidPart = (UploadId: string, PartNumber: number, ETag: string) =>
  new WireError(
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { members: { UploadId, PartNumber: String(PartNumber), ETag } },
  )

const entityTooSmall = ({ partNumber, size, etag }: Part) =>
  new WireError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    members: {
      ETag: etag,
      MinSizeAllowed: String(LEAST_BYTES),
      PartNumber: String(partNumber),
      ProposedSize: String(size),
    },
  })
