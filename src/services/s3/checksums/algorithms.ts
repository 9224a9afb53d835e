import type { Digests } from "../../../base/digests/pool.ts"
import type { DigestName } from "../../../base/digests/sums.ts"

export type Algorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256"
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE"

interface Facts {
  bytes: number
  digest: DigestName
  /** The types that a multipart upload may ask for; the first is its default. S3 user guide, "Checking object integrity". */
  types: readonly [ChecksumType, ...ChecksumType[]]
}

export const ALGORITHMS: Readonly<Record<Algorithm, Facts>> = {
  CRC32: { bytes: 4, digest: "crc32", types: ["COMPOSITE", "FULL_OBJECT"] },
  CRC32C: { bytes: 4, digest: "crc32c", types: ["COMPOSITE", "FULL_OBJECT"] },
  CRC64NVME: { bytes: 8, digest: "crc64nvme", types: ["FULL_OBJECT"] },
  SHA1: { bytes: 20, digest: "sha1", types: ["COMPOSITE"] },
  SHA256: { bytes: 32, digest: "sha256", types: ["COMPOSITE"] },
}

/** What S3 computes where the caller asks for none, since December 2024. */
export const DEFAULT_ALGORITHM: Algorithm = "CRC64NVME"

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(ALGORITHMS, name)

/** A stored checksum: base64, with `-N` where it is composed of N parts' sums. */
export interface Checksum {
  algorithm: Algorithm
  value: string
  type: ChecksumType
}

/** The checksum of a whole, from what was computed of it. */
export const wholeChecksum = (algorithm: Algorithm, digests: Digests): Checksum => ({
  algorithm,
  value: digests[ALGORITHMS[algorithm].digest]!.toString("base64"),
  type: "FULL_OBJECT",
})

type ChecksumMember = `Checksum${Algorithm}`

/** A checksum as the member of an output: `{ ChecksumCRC32: "...", ChecksumType: "FULL_OBJECT" }`. */
export const checksumMembers = (
  checksum: Checksum | undefined,
): { [M in ChecksumMember]?: string } & { ChecksumType?: ChecksumType } =>
  checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type } : {}

/** The same without the type, for parts. */
export const partChecksumMembers = (checksum: Checksum | undefined): { [M in ChecksumMember]?: string } =>
  checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {}

export const algorithmOf = (member: string): Algorithm | undefined => {
  const name = member.startsWith("Checksum") ? member.slice("Checksum".length) : ""
  return isAlgorithm(name) ? name : undefined
}
