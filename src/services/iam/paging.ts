import { createHash } from "node:crypto"
import * as paging from "../../base/paging.ts"
import type { CallContext } from "../../call.ts"
import { invalidMarker } from "./errors.ts"

/** `Marker` and `MaxItems` of every list of IAM. */
export interface PageInput {
  Marker?: string
  MaxItems?: number
}

export interface Page<T> {
  items: T[]
  IsTruncated: boolean
  Marker?: string
}

/** API Reference of IAM: the default of `MaxItems`. */
const DEFAULT_ITEMS = 100

/**
 * One page of a list of the account. AWS takes no marker of more than 320 characters, so keys have 224 bytes at most.
 */
export async function listPage<T>(
  { masterKey, account }: Pick<CallContext, "masterKey" | "account">,
  { Marker, MaxItems = DEFAULT_ITEMS }: PageInput,
  list: string,
  load: (after: string, limit: number) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
): Promise<Page<T>> {
  const asked = { list: `iam ${account} ${list}`, token: Marker, limit: MaxItems, invalidToken: invalidMarker }
  const { items, next } = await paging.listPage(masterKey, asked, { load, keyOf })
  return next === undefined ? { items, IsTruncated: false } : { items, IsTruncated: true, Marker: next }
}

/** A list of which a longer one is made: its keys have 223 bytes at most. */
export interface Section<T> {
  /** At least `limit` items whose key is greater than `after`, where there are so many, in the order of their keys. */
  load(after: string, limit: number): Promise<readonly T[]>
  keyOf(item: T): string
}

/** One page of several lists, one behind the other: no more is read of each than the page holds. */
export async function listPageOfSections<T>(
  context: Pick<CallContext, "masterKey" | "account">,
  input: PageInput,
  list: string,
  sections: readonly Section<T>[],
): Promise<Page<T>> {
  const load = async (after: string, limit: number) => {
    const found: { key: string; item: T }[] = []
    const first = Number(after.slice(0, 1))
    for (let i = first; i < sections.length && found.length < limit; i++) {
      const { load, keyOf } = sections[i] as Section<T>
      for (const item of await load(i === first ? after.slice(1) : "", limit - found.length))
        found.push({ key: `${i}${keyOf(item)}`, item })
    }
    return found
  }
  const page = await listPage(context, input, list, load, ({ key }) => key)
  return { ...page, items: page.items.map(({ item }) => item) }
}

/** For lists that are small and at hand: `all` need not be sorted, and keys may have any length. */
export function listPageOf<T>(
  context: Pick<CallContext, "masterKey" | "account">,
  input: PageInput,
  list: string,
  all: readonly T[],
  keyOf: (item: T) => string,
): Promise<Page<T>> {
  const shortKeyOf = (item: T) => shortened(keyOf(item))
  const sorted = all.map((item) => ({ item, key: shortKeyOf(item) })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const load = async (after: string, limit: number) =>
    sorted
      .filter(({ key }) => key > after)
      .slice(0, limit)
      .map(({ item }) => item)
  return listPage(context, input, list, load, shortKeyOf)
}

const KEY_BYTES = 160

/** A long key by its beginning, and what tells it from others that begin so. */
function shortened(key: string): string {
  if (Buffer.byteLength(key) <= KEY_BYTES) return key
  return (
    Buffer.from(key)
      .subarray(0, KEY_BYTES - 16)
      .toString("latin1")
      .replace(/[^ -~]/g, "~") + digest(key)
  )
}

/** The members of an answer that tell of further pages. */
export const pageMembers = ({ IsTruncated, Marker }: Page<unknown>): { IsTruncated: boolean; Marker?: string } =>
  Marker === undefined ? { IsTruncated } : { IsTruncated, Marker }

/** 16 characters that stand for a text of any length. */
const digest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 16)
