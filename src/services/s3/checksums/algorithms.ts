import { createHash } from "node:crypto"
import { crc32 } from "node:zlib"
import { crc32c, crc64nvme, type RunningSum } from "./crc.ts"

export type Algorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256"
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE"

interface Facts {
  bytes: number
  start(): RunningSum
  /** The types that a multipart upload may ask for; the first is its default. S3 user guide, "Checking object integrity". */
  types: readonly [ChecksumType, ...ChecksumType[]]
}

const hash = (name: string) => (): RunningSum => {
  const running = createHash(name)
  return { add: (bytes) => void running.update(bytes), sum: () => running.copy().digest() }
}

export const ALGORITHMS: Readonly<Record<Algorithm, Facts>> = {
  CRC32: { bytes: 4, start: crc32Sum, types: ["COMPOSITE", "FULL_OBJECT"] },
  CRC32C: { bytes: 4, start: crc32c, types: ["COMPOSITE", "FULL_OBJECT"] },
  CRC64NVME: { bytes: 8, start: crc64nvme, types: ["FULL_OBJECT"] },
  SHA1: { bytes: 20, start: hash("sha1"), types: ["COMPOSITE"] },
  SHA256: { bytes: 32, start: hash("sha256"), types: ["COMPOSITE"] },
}

/** What S3 computes where the caller asks for none, since December 2024. */
export const DEFAULT_ALGORITHM: Algorithm = "CRC64NVME"

export const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(ALGORITHMS, name)

function crc32Sum(): RunningSum {
  let value = 0
  return {
    add: (bytes) => {
      value = crc32(bytes, value)
    },
    sum: () => {
      const buffer = Buffer.allocUnsafe(4)
      buffer.writeUInt32BE(value)
      return buffer
    },
  }
}

/** A stored checksum: base64, with `-N` where it is composed of N parts' sums. */
export interface Checksum {
  algorithm: Algorithm
  value: string
  type: ChecksumType
}

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
