import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { chmod, mkdir, open, symlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { parentPort } from "node:worker_threads"
import type { ZipFile } from "yauzl"
import {
  type CheckedEntry,
  contentOf,
  listEntries,
  openZip,
  targetOf,
  type Zip,
  type ZipLimits,
  ZipRefusal,
} from "./zip-entries.ts"

/** What the thread is asked. */
export type Asked = { id: number; zip: Zip; limits: ZipLimits } & (
  | { do: "check" }
  | { do: "unpack"; directory: string }
)

export interface CheckedZip {
  /** Base64. */
  sha256: string
  unzippedBytes: number
}

export interface Answered {
  id: number
  checked?: CheckedZip
  refusal?: { kind: ZipRefusal["kind"]; message: string }
  /** What is no matter of the zip: a full disk. */
  failure?: string
  /** Given back. */
  zip?: Uint8Array
}

/** Reads every entry to its end: what is unpacked later was whole when it came. */
async function check(zip: Zip, limits: ZipLimits): Promise<CheckedZip> {
  const opened = await openZip(zip)
  try {
    const entries = await listEntries(opened, limits)
    let unzippedBytes = 0
    for (const entry of entries) {
      unzippedBytes += entry.size
      if (entry.kind === "link") await targetOf(opened, entry)
      else if (entry.kind === "file") for await (const _ of contentOf(opened, entry));
    }
    return { sha256: await sha256Of(zip), unzippedBytes }
  } finally {
    close(opened, zip)
  }
}

/** What came open is closed by who opened it. */
function close(opened: ZipFile, zip: Zip): void {
  if (typeof zip !== "number") opened.close()
}

async function sha256Of(zip: Zip): Promise<string> {
  const hash = createHash("sha256")
  if (zip instanceof Uint8Array) return hash.update(zip).digest("base64")
  const source =
    typeof zip === "string" ? createReadStream(zip) : createReadStream("", { fd: zip, start: 0, autoClose: false })
  for await (const piece of source) hash.update(piece as Buffer)
  return hash.digest("base64")
}

async function unpack(zip: Zip, directory: string, limits: ZipLimits): Promise<void> {
  const opened = await openZip(zip)
  try {
    const entries = await listEntries(opened, limits)
    const made = new Set<string>()
    const makeDirectory = async (path: string): Promise<void> => {
      if (made.has(path)) return
      await mkdir(join(directory, path), { recursive: true })
      made.add(path)
    }
    await makeDirectory("")
    for (const entry of entries)
      if (entry.kind === "directory") await makeDirectory(entry.path)
      else {
        await makeDirectory(entry.path.includes("/") ? dirname(entry.path) : "")
        if (entry.kind === "file") await writeEntry(opened, entry, join(directory, entry.path))
      }
    // Links come last, so that nothing is ever written through one.
    for (const entry of entries)
      if (entry.kind === "link") await symlink(await targetOf(opened, entry), join(directory, entry.path))
    // Directories that nobody may write to would not have taken what is in them.
    for (const { kind, path, mode } of entries)
      if (kind === "directory" && path !== "") await chmod(join(directory, path), mode)
  } finally {
    opened.close()
  }
}

async function writeEntry(zip: ZipFile, entry: CheckedEntry, path: string): Promise<void> {
  // What is there already is not written over: `wx`.
  const file = await open(path, "wx", 0o600)
  try {
    for await (const piece of contentOf(zip, entry)) await file.writeFile(piece)
    await file.chmod(entry.mode)
  } finally {
    await file.close()
  }
}

async function answer(asked: Asked): Promise<Answered> {
  const { id, zip, limits } = asked
  const given = zip instanceof Uint8Array ? { zip } : {}
  try {
    if (asked.do === "check") return { id, checked: await check(zip, limits), ...given }
    await unpack(zip, asked.directory, limits)
    return { id, ...given }
  } catch (error) {
    if (error instanceof ZipRefusal) return { id, refusal: { kind: error.kind, message: error.message }, ...given }
    return { id, failure: (error as Error).message, ...given }
  }
}

parentPort?.on("message", async (asked: Asked) => {
  const answered = await answer(asked)
  const { zip } = answered
  parentPort?.postMessage(answered, zip ? [zip.buffer as ArrayBuffer] : [])
})
