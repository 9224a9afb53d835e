import { type FileHandle, open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import type { Sink } from "../engine.ts"
import { isMissing, makeDirectory, syncDirectory } from "./directories.ts"
import { BEGUN } from "./places.ts"

/**
 * A file under a name of its own until it is whole and durable; then it gets its name, or the one that it is to have
 * instead, and that is made durable too.
 */
export async function createFile(file: string, as = file): Promise<Sink> {
  const begun = `${file}${BEGUN}`
  const handle = await openNew(begun)
  let size = 0
  return {
    async write(piece) {
      for (let at = 0; at < piece.length; ) {
        const { bytesWritten } = await handle.write(piece, at, piece.length - at, size)
        at += bytesWritten
        size += bytesWritten
      }
    },
    async finish() {
      await handle.sync()
      await handle.close()
      if (as !== file) await makeDirectory(dirname(as))
      await rename(begun, as)
      await syncDirectory(dirname(as))
      return undefined
    },
    async abort() {
      await handle.close().catch(() => {})
      await rm(begun, { force: true })
      await rm(file, { force: true })
    },
  }
}

async function openNew(file: string): Promise<FileHandle> {
  try {
    return await open(file, "wx", 0o600)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  await makeDirectory(dirname(file))
  return open(file, "wx", 0o600)
}
