import { pipeline, type Readable } from "node:stream"
import { crc32, createInflateRaw } from "node:zlib"
import { type Entry, fromBufferPromise, fromFdPromise, openPromise, type ZipFile } from "yauzl"

/** What a deployment package may come to. */
export interface ZipLimits {
  /** Of all entries together. */
  unzippedBytes: number
}

/** Far more than packages have, and few enough to make as files. */
const ENTRIES_AT_MOST = 100_000
const LINK_TARGET_BYTES = 4_096
const PATH_BYTES = 1_024

/** Why a zip is none, or none that is taken. */
export class ZipRefusal extends Error {
  readonly kind: "broken" | "empty" | "tooLarge"
  constructor(kind: "broken" | "empty" | "tooLarge", message: string) {
    super(message)
    this.name = "ZipRefusal"
    this.kind = kind
  }
}

const broken = (message: string) => new ZipRefusal("broken", message)

/** An entry that was looked at: its path is relative, normal, below the root, and not through a link. */
export interface CheckedEntry {
  path: string
  kind: "file" | "directory" | "link"
  /** Permission bits. */
  mode: number
  size: number
  entry: Entry
}

/** In memory, in a file by its path, or in one that is open: its descriptor, which stays open. */
export type Zip = Uint8Array | string | number

export const openZip = (zip: Zip): Promise<ZipFile> =>
  opening(zip).catch((error: Error) => {
    throw broken(error.message)
  })

function opening(zip: Zip): Promise<ZipFile> {
  const options = { autoClose: false }
  if (typeof zip === "string") return openPromise(zip, options)
  if (typeof zip === "number") return fromFdPromise(zip, options)
  return fromBufferPromise(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), options)
}

/**
 * The entries of the central directory, which is all that is believed: what is encrypted, leads outside, is there twice or
 * is no file, directory or link is refused. Sizes are those that are declared; `contentOf` holds the content against them.
 */
export async function listEntries(zip: ZipFile, limits: ZipLimits): Promise<CheckedEntry[]> {
  if (zip.entryCount > ENTRIES_AT_MOST) throw broken(`${zip.entryCount} entries`)
  const checked = new Map<string, CheckedEntry>()
  let unzippedBytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      const one = check(entry)
      unzippedBytes += one.size
      if (unzippedBytes > limits.unzippedBytes) throw new ZipRefusal("tooLarge", `${unzippedBytes} bytes`)
      const same = checked.get(one.path)
      if (same && (same.kind !== "directory" || one.kind !== "directory")) throw broken(`${one.path} is there twice`)
      checked.set(one.path, one)
    }
  } catch (error) {
    throw error instanceof ZipRefusal ? error : broken((error as Error).message)
  }
  const entries = [...checked.values()]
  if (!entries.some(({ kind }) => kind !== "directory")) throw new ZipRefusal("empty", "no files")
  for (const { path } of entries) assertParents(path, checked)
  return entries
}

const UNIX = 3
const TYPE_BITS = 0o170_000
const DEFLATED = 8

function check(entry: Entry): CheckedEntry {
  const name = entry.fileName
  if (entry.isEncrypted()) throw broken(`${name} is encrypted`)
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== DEFLATED)
    throw broken(`${name} is compressed by method ${entry.compressionMethod}`)
  const isDirectory = name.endsWith("/")
  const path = normal(name)
  const attributes = entry.versionMadeBy >>> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0
  const kind = kindOf(attributes & TYPE_BITS, isDirectory)
  if (!kind) throw broken(`${name} is no file`)
  if (kind === "link" && entry.uncompressedSize > LINK_TARGET_BYTES) throw broken(`${name} leads too far`)
  const mode = attributes & 0o777 || (kind === "directory" ? 0o755 : 0o644)
  return { path, kind, mode, size: kind === "directory" ? 0 : entry.uncompressedSize, entry }
}

/** Yauzl has refused absolute paths and `..`, and made slashes of backslashes. */
function normal(name: string): string {
  const steps = name.split("/").filter((step) => step !== "" && step !== ".")
  const path = steps.join("/")
  if (path === "" && name !== "/" && !/^(\.?\/)+$/.test(name)) throw broken("an entry has no name")
  if (
    path.includes("\0") ||
    Buffer.byteLength(path) > PATH_BYTES ||
    steps.some((step) => Buffer.byteLength(step) > 255)
  )
    throw broken("an entry has a name that no file can have")
  return path
}

function kindOf(type: number, isDirectory: boolean): CheckedEntry["kind"] | undefined {
  if (isDirectory) return type === 0 || type === 0o040_000 ? "directory" : undefined
  if (type === 0 || type === 0o100_000) return "file"
  return type === 0o120_000 ? "link" : undefined
}

/** Nothing lies in a file, or is reached through a link. */
function assertParents(path: string, entries: ReadonlyMap<string, CheckedEntry>): void {
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    const parent = entries.get(path.slice(0, at))
    if (parent && parent.kind !== "directory") throw broken(`${path} lies in what is no directory`)
  }
}

/** The content, which is as long as declared and has the declared checksum, or throws. */
export async function* contentOf(zip: ZipFile, { entry, path }: CheckedEntry): AsyncGenerator<Buffer> {
  let [sum, size] = [0, 0]
  try {
    // Inflated here: the library's own streams may fail once more when nobody listens any longer.
    const raw: Readable = await zip.openReadStreamPromise(entry, { decodeFileData: false })
    const content = entry.compressionMethod === DEFLATED ? pipeline(raw, createInflateRaw(), () => {}) : raw
    for await (const piece of content as AsyncIterable<Buffer>) {
      sum = crc32(piece, sum)
      size += piece.length
      if (size > entry.uncompressedSize) throw broken(`${path} is longer than declared`)
      yield piece
    }
  } catch (error) {
    throw error instanceof ZipRefusal ? error : broken(`${path}: ${(error as Error).message}`)
  }
  if (size < entry.uncompressedSize) throw broken(`${path} is shorter than declared`)
  if (sum !== entry.crc32) throw broken(`${path} does not have its checksum`)
}

/**
 * Where a link leads. Up only at its beginning, and not above the root: links do not lie behind links, so that each leads
 * to a place inside whatever it leads through.
 */
export async function targetOf(zip: ZipFile, link: CheckedEntry): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of contentOf(zip, link)) pieces.push(piece)
  const target = Buffer.concat(pieces).toString("utf8")
  const steps = target.split("/").filter((step) => step !== "" && step !== ".")
  const ups = steps.findIndex((step) => step !== "..")
  const leading = ups < 0 ? steps.length : ups
  const depth = link.path.split("/").length - 1
  if (target === "" || target.startsWith("/") || target.includes("\0") || leading > depth)
    throw broken(`${link.path} leads outside`)
  if (steps.indexOf("..", leading) >= 0) throw broken(`${link.path} leads outside`)
  return target
}
