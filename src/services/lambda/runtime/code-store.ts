import { chmod, lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { randomBase64Url } from "../../../base/random.ts"
import type { Segment } from "../../../bytes/bytes.ts"
import type { StoredCode } from "../functions/record.ts"

export interface CodeStoreOptions {
  directory: string
  bytesAtMost: number
  read(segment: Segment): AsyncIterable<Uint8Array>
  /** Puts what is in a zip file into an empty directory. */
  unpack(zip: AsyncIterable<Uint8Array>, directory: string): Promise<void>
}

/** Unpacked code that is in use. */
export interface Unpacked {
  path: string
  release(): void
}

interface Entry {
  key: string
  path: string
  ready: Promise<number>
  uses: number
}

/**
 * Code as files, once for all environments that run it: zip files by their digests, those of layers laid over each other
 * in their order. What nobody uses is removed when there is too much of it, the longest unused first.
 */
export function createCodeStore({ directory, bytesAtMost, read, unpack }: CodeStoreOptions) {
  // In the order of their last use.
  const entries = new Map<string, Entry>()

  async function make(path: string, codes: readonly StoredCode[]): Promise<number> {
    await mkdir(path)
    for (const [index, { segment }] of codes.entries()) {
      const own = index === 0 ? path : `${path}.${index}`
      await mkdir(own, { recursive: true })
      await unpack(read(segment), own)
      if (own !== path) await layOver(own, path)
    }
    return openUp(path)
  }

  async function use(codes: readonly StoredCode[]): Promise<Unpacked> {
    const key = codes.map(({ sha256 }) => sha256).join(" ")
    let entry = entries.get(key)
    if (!entry) {
      const path = join(directory, randomBase64Url(18))
      entry = { key, path, ready: make(path, codes), uses: 0 }
    }
    const mine = entry
    entries.delete(key)
    entries.set(key, mine)
    mine.uses++
    try {
      await mine.ready
    } catch (error) {
      if (entries.get(key) === mine) entries.delete(key)
      await rm(mine.path, { recursive: true, force: true })
      throw error
    }
    let isReleased = false
    return {
      path: mine.path,
      release() {
        if (isReleased) return
        isReleased = true
        mine.uses--
        void trim()
      },
    }
  }

  async function trim(): Promise<void> {
    const sized = await Promise.all(
      [...entries.values()].map(async (entry) => ({ entry, bytes: await entry.ready.catch(() => 0) })),
    )
    let total = sized.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { entry, bytes } of sized) {
      if (total <= bytesAtMost) return
      if (entry.uses > 0 || entries.get(entry.key) !== entry) continue
      entries.delete(entry.key)
      total -= bytes
      await rm(entry.path, { recursive: true, force: true })
    }
  }

  return { use }
}

/** Moves what is in one directory into another, in place of what is there. */
async function layOver(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    const there = await lstat(target).catch(() => undefined)
    if (entry.isDirectory() && there?.isDirectory()) await layOver(source, target)
    else {
      if (there) await rm(target, { recursive: true })
      await rename(source, target)
    }
  }
  await rm(from, { recursive: true, force: true })
}

/** Lets every user read it, which Lambda does to what lacks the permission, and nobody write to it. Its bytes. */
async function openUp(path: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() && !entry.isDirectory()) continue
    const file = join(entry.parentPath, entry.name)
    const { mode, size } = await stat(file)
    await chmod(file, entry.isDirectory() ? 0o755 : 0o444 | (mode & 0o111))
    bytes += size
  }
  await chmod(path, 0o755)
  return bytes
}
