import { createReadStream } from "node:fs"
import type { Bytes, Written } from "../../../bytes/bytes.ts"
import { codeEmpty, codeNotZip, unzippedTooLarge, zippedTooLarge } from "../errors.ts"
import type { StoredCode } from "../functions/record.ts"
import { layAside } from "./lay-aside.ts"
import { UNZIPPED_BYTES, ZIPPED_BYTES } from "./limits.ts"
import { type Zip, ZipRefusal } from "./zip-entries.ts"
import { checkZip } from "./zip-work.ts"

/** Code that was found good and is written; `keep` it in the transaction that names it, or `discard` it. */
export interface ArrivedCode {
  code: StoredCode
  written: Written
}

/** Of a zip that came with the request. Throws what AWS says of zips that it does not take. */
export async function storeSentCode(bytes: Bytes, zip: Uint8Array, layersBytes = 0): Promise<ArrivedCode> {
  if (zip.length === 0) throw codeEmpty()
  if (zip.length > ZIPPED_BYTES) throw zippedTooLarge(ZIPPED_BYTES)
  return store(bytes, zip, layersBytes)
}

/** Of a zip elsewhere, which is laid aside to be looked at: its directory is at its end. */
export async function storeFetchedCode(
  bytes: Bytes,
  zip: { size: number; body: AsyncIterable<Uint8Array> },
  layersBytes = 0,
): Promise<ArrivedCode> {
  if (zip.size === 0) throw codeEmpty()
  if (zip.size > UNZIPPED_BYTES) throw unzippedTooLarge(UNZIPPED_BYTES)
  await using file = await layAside(zip.body)
  return await store(bytes, file.fd, layersBytes)
}

async function store(bytes: Bytes, zip: Zip, layersBytes: number): Promise<ArrivedCode> {
  const { checked, zip: back } = await check(zip, UNZIPPED_BYTES - layersBytes)
  const written = await bytes.write(back instanceof Uint8Array ? [back] : readOpen(back as number))
  return { written, code: { segment: { id: written.id, size: written.size }, ...checked } }
}

const readOpen = (fd: number) => createReadStream("", { fd, start: 0, autoClose: false })

async function check(zip: Zip, unzippedBytes: number) {
  try {
    return await checkZip(zip, { unzippedBytes })
  } catch (error) {
    if (!(error instanceof ZipRefusal)) throw error
    if (error.kind === "tooLarge") throw unzippedTooLarge(UNZIPPED_BYTES)
    throw error.kind === "empty" ? codeEmpty() : codeNotZip(error.message)
  }
}
