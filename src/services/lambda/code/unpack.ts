import { createWriteStream } from "node:fs"
import { rm } from "node:fs/promises"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { ZipLimits } from "./zip-entries.ts"
import { unpackZip } from "./zip-work.ts"

export type { ZipLimits } from "./zip-entries.ts"
export { ZipRefusal } from "./zip-entries.ts"

/**
 * Makes the files of a zip below a directory, in a thread beside the main one: with their permissions, links that stay
 * inside, and nothing outside of it whatever the zip says. Files that are there are not written over. Throws ZipRefusal
 * for a zip that is broken or larger than the limits; what was made before that stays, for the caller to remove.
 *
 * @param zip the path of the file, or its bytes, which are kept beside the directory meanwhile.
 */
export async function unpack(
  zip: AsyncIterable<Uint8Array> | string,
  directory: string,
  limits: ZipLimits,
): Promise<void> {
  if (typeof zip === "string") return unpackZip(zip, directory, limits)
  const file = `${directory}.zip`
  try {
    await spool(zip, file)
    await unpackZip(file, directory, limits)
  } finally {
    await rm(file, { force: true })
  }
}

/** Writes bytes into a file that nobody else may read. Pieces are good until the next is asked for, so they are copied. */
const spool = (bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> =>
  pipeline(Readable.from(copied(bytes)), createWriteStream(path, { mode: 0o600 }))

async function* copied(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of bytes) yield Buffer.from(piece)
}
