import { mkdir, open } from "node:fs/promises"
import { dirname } from "node:path"

const isCode = (error: unknown, ...codes: string[]) => codes.includes((error as NodeJS.ErrnoException).code ?? "")

export const isMissing = (error: unknown): boolean => isCode(error, "ENOENT")

/** Makes what is named in the directory durable. Systems that know no such thing say so, and need none. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r").catch((error: unknown) => {
    if (isCode(error, "EISDIR", "EPERM")) return undefined
    throw error
  })
  try {
    await handle?.sync()
  } catch (error) {
    if (!isCode(error, "EINVAL", "ENOTSUP", "EPERM", "EBADF")) throw error
  } finally {
    await handle?.close()
  }
}

/** Makes a directory for its owner alone, and those above it, each durably. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (isCode(error, "EEXIST")) return
    if (!isMissing(error) || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    return makeDirectory(path)
  }
  await syncDirectory(dirname(path))
}
