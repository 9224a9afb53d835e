import { lstat, opendir } from "node:fs/promises"
import { join } from "node:path"

/** More than any function needs; one that makes more is not counted through. */
const ENTRIES_AT_MOST = 20_000

/** The bytes of the files below a directory, counted until there are more than `atMost`. */
export async function bytesBelow(path: string, atMost: number): Promise<number> {
  let bytes = 0
  let entries = 0
  const folders = [path]
  try {
    for (let folder = folders.pop(); folder !== undefined && bytes <= atMost; folder = folders.pop())
      for await (const entry of await opendir(folder)) {
        if (++entries > ENTRIES_AT_MOST) return Number.POSITIVE_INFINITY
        const file = join(folder, entry.name)
        if (entry.isDirectory()) folders.push(file)
        else bytes += (await lstat(file)).blocks * 512
      }
  } catch {
    // What is removed meanwhile is not counted.
  }
  return bytes
}
