/** Keys are compared by their bytes; `walk` needs no more of an entry than its key. */
export interface Keyed {
  key: Buffer
}

/** Where to read on: at a key, or past an entry. */
export type Position<E> = { at: Buffer } | { past: E }

/** Entries in order of their keys from a position on, at most `limit`; less than that where there are no more. */
export type Fetch<E extends Keyed> = (position: Position<E>, limit: number) => Promise<E[]>

export interface WalkOptions<E> {
  prefix: Buffer
  /** Empty for none. */
  delimiter: Buffer
  from: Position<E>
  /** How many entries and common prefixes together. */
  most: number
}

export type Item<E> = { kind: "entry"; entry: E } | { kind: "prefix"; prefix: Buffer }

export interface Walked<E> {
  items: Item<E>[]
  isTruncated: boolean
}

/** How much is read ahead where most of it may turn out to be under one common prefix; four times as much after each. */
const FIRST_BATCH = 2

/**
 * Lists entries under a prefix and rolls those that have the delimiter further on up into one common prefix each. What a
 * common prefix stands for is skipped, not read. `fetch` may give several entries of one key (versions).
 */
export async function walk<E extends Keyed>(fetch: Fetch<E>, options: WalkOptions<E>): Promise<Walked<E>> {
  const { prefix, delimiter, most } = options
  const items: Item<E>[] = []
  if (most === 0) return { items, isTruncated: false }
  let position = options.from
  let batch = delimiter.length === 0 ? most + 1 : FIRST_BATCH
  for (;;) {
    const limit = Math.min(batch, most - items.length + 1)
    const entries = await fetch(position, limit)
    let skipTo: Buffer | undefined
    for (const entry of entries) {
      if (!startsWith(entry.key, prefix)) return { items, isTruncated: false }
      if (items.length === most) return { items, isTruncated: true }
      const at = delimiter.length === 0 ? -1 : entry.key.indexOf(delimiter, prefix.length)
      if (at < 0) {
        items.push({ kind: "entry", entry })
        continue
      }
      const common = entry.key.subarray(0, at + delimiter.length)
      items.push({ kind: "prefix", prefix: common })
      skipTo = afterPrefix(common)
      break
    }
    if (skipTo) {
      position = { at: skipTo }
      batch = FIRST_BATCH
      continue
    }
    const last = entries.at(-1)
    if (!last || entries.length < limit) return { items, isTruncated: false }
    position = { past: last }
    batch *= 4
  }
}

/** The first key that does not begin with the prefix and sorts after it; a key of S3 is UTF-8, so a byte 0xff ends all. */
export function afterPrefix(prefix: Buffer): Buffer {
  for (let at = prefix.length - 1; at >= 0; at--) {
    if (prefix[at]! === 0xff) continue
    const next = Buffer.from(prefix.subarray(0, at + 1))
    next[at] = next[at]! + 1
    return next
  }
  return Buffer.from([0xff])
}

/** The first key after this one. */
export const afterKey = (key: Uint8Array): Buffer => Buffer.concat([key, Buffer.from([0])])

export const laterOf = (left: Buffer, right: Buffer): Buffer => (Buffer.compare(left, right) >= 0 ? left : right)

const startsWith = (key: Buffer, prefix: Buffer): boolean => key.subarray(0, prefix.length).equals(prefix)
