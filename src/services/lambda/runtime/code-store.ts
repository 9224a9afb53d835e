import { chmod, chown, lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { randomBase64Url } from "../../../base/random.ts"
import type { Segment } from "../../../bytes/bytes.ts"
import type { StoredCode } from "../functions/record.ts"
import type { User } from "./sandbox/user.ts"

export interface CodeStoreOptions {
  directory: string
  bytesAtMost: number
  read(segment: Segment): AsyncIterable<Uint8Array>
  /** Puts what is in a zip file into an empty directory. */
  unpack(zip: AsyncIterable<Uint8Array>, directory: string): Promise<void>
  /** Where environments see each other's files: a group that may read one code alone. */
  claimGroup?(): Promise<User>
}

/** Unpacked code that is in use. */
export interface Unpacked {
  path: string
  /** Who is not of it cannot read the code; undefined where nobody else comes by it. */
  group: number | undefined
  release(): void
}

interface Made {
  bytes: number
  group: User | undefined
}

interface Entry {
  key: string
  path: string
  ready: Promise<Made>
  uses: number
}

/**
 * Code as files, once for all environments that run it: zip files by their digests, those of layers laid over each other
 * in their order. What nobody uses is removed when there is too much of it, the longest unused first.
 */
export function createCodeStore({ directory, bytesAtMost, read, unpack, claimGroup }: CodeStoreOptions) {
  // In the order of their last use.
  const entries = new Map<string, Entry>()

  async function make(path: string, codes: readonly StoredCode[]): Promise<Made> {
    await mkdir(path, { mode: 0o700 })
    for (const [index, { segment }] of codes.entries()) {
      const own = index === 0 ? path : `${path}-${index}`
      try {
        await mkdir(own, { recursive: true, mode: 0o700 })
        await unpack(read(segment), own)
        if (own !== path) await layOver(own, path)
      } finally {
        if (own !== path) await rm(own, { recursive: true, force: true })
      }
    }
    const bytes = await openUp(path)
    const group = await claimGroup?.()
    if (group) await chown(path, 0, group.id)
    await chmod(path, group ? 0o750 : 0o755)
    return { bytes, group }
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
    let group: User | undefined
    try {
      group = (await mine.ready).group
    } catch (error) {
      if (entries.get(key) === mine) entries.delete(key)
      await rm(mine.path, { recursive: true, force: true })
      throw error
    }
    let isReleased = false
    return {
      path: mine.path,
      group: group?.id,
      release() {
        if (isReleased) return
        isReleased = true
        mine.uses--
        void trim()
      },
    }
  }

  async function trim(): Promise<void> {
    const made = await Promise.allSettled(
      [...entries.values()].map(async (entry) => ({ entry, ...(await entry.ready) })),
    )
    const all = made.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
    let total = all.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { entry, bytes, group } of all) {
      if (total <= bytesAtMost) return
      if (entry.uses > 0 || entries.get(entry.key) !== entry) continue
      entries.delete(entry.key)
      total -= bytes
      await rm(entry.path, { recursive: true, force: true })
      group?.release()
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
  return bytes
}
