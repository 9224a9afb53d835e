import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { failed } from "../../../bytes/errors.ts"

/** So many files lie aside at a time: each may have 250 MB. */
const AT_ONCE = 4

let inUse = 0
const waiting: (() => void)[] = []

/**
 * Writes bytes into an open file that has no name: it is gone when it is disposed of, and when the process ends however it
 * ends. Waits where too many lie aside already.
 */
export async function layAside(bytes: AsyncIterable<Uint8Array>): Promise<{ fd: number } & AsyncDisposable> {
  while (inUse === AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  inUse++
  let file: FileHandle | undefined
  const end = async (): Promise<void> => {
    await file?.close()
    inUse--
    waiting.shift()?.()
  }
  try {
    file = await openNameless().catch(isFull)
    for await (const piece of bytes) await writeWhole(file, piece).catch(isFull)
  } catch (error) {
    await end()
    throw error
  }
  return { fd: file.fd, [Symbol.asyncDispose]: end }
}

/** A disk that takes no more is no defect: the client may come again. */
function isFull(error: unknown): never {
  throw failed("laid aside", error)
}

async function openNameless(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), "hallpass-code-"))
  try {
    return await open(join(directory, "code.zip"), "wx+", 0o600)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    const { bytesWritten } = await file.write(rest)
    rest = rest.subarray(bytesWritten)
  }
}
