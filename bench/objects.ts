import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import { type Load, type Measured, measureOn } from "./load.ts"
import { startBucketPeer } from "./peers.ts"
import { BUCKET, prepareBucket, prepareSession } from "./prepare.ts"
import { type Keys, signed, startFileServer, startHallpass } from "./subjects.ts"

type Show = (name: string, measured: Measured, floor?: Measured) => void

const KIB = 1024
const MIB = 1024 * KIB

const SIZES = [
  ["4 KiB", 4 * KIB, 3_000],
  ["256 KiB", 256 * KIB, 500],
  ["8 MiB", 8 * MIB, 60],
] as const

/** Of an object of so many bytes, as the SDKs send it over plain HTTP: its SHA-256 is signed, its CRC32 in a header. */
export async function object(method: string, url: string, bytes: number, credentials?: Keys): Promise<Load> {
  const path = `/${BUCKET}/${bytes}`
  if (method !== "PUT") return signed("s3", { url, method, path, headers: {}, body: "" }, credentials)
  const body = Buffer.alloc(bytes, "x")
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  const headers = { "content-length": String(bytes), "x-amz-checksum-crc32": sum.toString("base64") }
  return signed("s3", { url, method, path, headers, body }, credentials)
}

/** Objects on the disk: beside a bare server that writes and reads files, and beside s3rver. */
export async function measureObjects(peersDirectory: string | undefined, show: Show): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-bench-"))
  try {
    using hallpass = await startHallpass(["--data-dir", join(directory, "hallpass")])
    using files = await startFileServer(directory)
    using peer = await startBucketPeer(peersDirectory, directory)
    await prepareBucket(hallpass.url)
    const session = await prepareSession(hallpass.url)
    for (const [size, bytes, count] of SIZES)
      for (const method of ["PUT", "GET"]) {
        const floor = await measureOn(files, count, await object(method, files.url, bytes))
        show(`${method} ${size}, bare file server`, floor, floor)
        const load = await object(method, hallpass.url, bytes, session)
        show(`S3 ${method} ${size}, role session`, await measureOn(hallpass, count, load), floor)
        if (peer)
          show(
            `S3 ${method} ${size}, s3rver`,
            await measureOn(peer, count, await object(method, peer.url, bytes, peer.keys)),
            floor,
          )
      }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
