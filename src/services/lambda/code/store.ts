import { createReadStream } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Bytes, Written } from "../../../bytes/bytes.ts"
import { codeEmpty, codeNotZip, unzippedTooLarge, zippedTooLarge } from "../errors.ts"
import type { StoredCode } from "../functions/record.ts"
import { UNZIPPED_BYTES, ZIPPED_BYTES } from "./limits.ts"
import { spool } from "./unpack.ts"
import { ZipRefusal } from "./zip-entries.ts"
import { checkZip, type Zip } from "./zip-work.ts"

/** Code that was found good and is written; `keep` it in the transaction that names it, or `discard` it. */
export interface ArrivedCode {
  code: StoredCode
  written: Written
}

/** Of a zip that came with the request. Throws what AWS says of zips that it does not take. */
export async function storeSentCode(bytes: Bytes, zip: Uint8Array, layersBytes = 0): Promise<ArrivedCode> {
  if (zip.length > ZIPPED_BYTES) throw zippedTooLarge(ZIPPED_BYTES)
  return store(bytes, zip, layersBytes)
}

/** Of a zip elsewhere, which is laid aside to be looked at: its directory is at its end. */
export async function storeFetchedCode(
  bytes: Bytes,
  zip: { size: number; body: AsyncIterable<Uint8Array> },
  layersBytes = 0,
): Promise<ArrivedCode> {
  if (zip.size > UNZIPPED_BYTES) throw unzippedTooLarge(UNZIPPED_BYTES)
  const directory = await mkdtemp(join(tmpdir(), "hallpass-code-"))
  try {
    const file = join(directory, "code.zip")
    await spool(zip.body, file)
    return await store(bytes, file, layersBytes)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function store(bytes: Bytes, zip: Zip, layersBytes: number): Promise<ArrivedCode> {
  const { checked, zip: back } = await check(zip, UNZIPPED_BYTES - layersBytes)
  const written = await bytes.write(typeof back === "string" ? createReadStream(back) : [back])
  return { written, code: { segment: { id: written.id, size: written.size }, ...checked } }
}

async function check(zip: Zip, unzippedBytes: number) {
  if (zip.length === 0) throw codeEmpty()
  try {
    return await checkZip(zip, { unzippedBytes })
  } catch (error) {
    if (!(error instanceof ZipRefusal)) throw error
    if (error.kind === "tooLarge") throw unzippedTooLarge(UNZIPPED_BYTES)
    throw error.kind === "empty" ? codeEmpty() : codeNotZip(error.message)
  }
}
