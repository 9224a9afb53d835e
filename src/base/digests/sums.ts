import { createHash } from "node:crypto"
import { crc32 } from "node:zlib"
import type { IHasher } from "hash-wasm"

/** A checksum that runs along with its bytes. */
export interface RunningSum {
  add(bytes: Uint8Array): void
  /** Of all that was added, big-endian. Ends it. */
  sum(): Buffer
}

export type DigestName = "crc32" | "crc32c" | "crc64nvme" | "md5" | "sha1" | "sha256"

/** Begins a running sum. */
export type Sums = Readonly<Record<DigestName, () => RunningSum>>

/** Castagnoli's polynomial and NVMe's, reflected. */
const CRC32C_POLYNOMIAL = 0x82f63b78
const CRC64NVME_POLYNOMIAL = "9a6c9329ac4bc9b5"

let loading: Promise<Sums> | undefined

/** Two of them are WebAssembly, which is compiled once. */
export const loadSums = (): Promise<Sums> => {
  loading ??= compile()
  return loading
}

async function compile(): Promise<Sums> {
  const { createCRC32, createCRC64 } = await import("./wasm.ts")
  return {
    crc32: startCrc32,
    crc32c: shared(await createCRC32(CRC32C_POLYNOMIAL)),
    crc64nvme: shared(await createCRC64(CRC64NVME_POLYNOMIAL)),
    md5: hashing("md5"),
    sha1: hashing("sha1"),
    sha256: hashing("sha256"),
  }
}

const hashing = (name: string) => (): RunningSum => {
  const running = createHash(name)
  return { add: (bytes) => void running.update(bytes), sum: () => running.digest() }
}

function startCrc32(): RunningSum {
  let value = 0
  return {
    add(bytes) {
      value = crc32(bytes, value)
    },
    sum() {
      const buffer = Buffer.allocUnsafe(4)
      buffer.writeUInt32BE(value)
      return buffer
    },
  }
}

/** One instance computes all running sums in turn: what it holds of each is a dozen bytes. */
const shared = (hasher: IHasher) => (): RunningSum => {
  let state = hasher.init().save()
  return {
    add(bytes) {
      state = hasher.load(state).update(bytes).save()
    },
    sum: () => Buffer.from(hasher.load(state).digest("binary")),
  }
}
