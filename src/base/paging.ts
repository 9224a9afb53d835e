import { createHmac, timingSafeEqual } from "node:crypto"
import type { MasterKey } from "./master-key.ts"

const MAC_BYTES = 16

export interface Paging {
  /** Of what list the page is, and whose: a token is good for the same list alone. */
  list: string
  /** Where the page before ended; undefined for the first page. */
  token: string | undefined
  limit: number
  /** The error of a token that is none of this list's. */
  invalidToken: () => Error
}

export interface Rows<T> {
  /** At least `limit` rows whose key is greater than `after`, where there are so many, in the order of their keys. */
  load(after: string, limit: number): Promise<readonly T[]>
  keyOf(row: T): string
}

/**
 * One page of a list, and the token of the next. The token is the last key with a MAC: it cannot be made up, and it stays
 * true while rows come and go. A key of n bytes makes a token of 4/3 (n + 16) characters.
 */
export async function listPage<T>(
  masterKey: MasterKey,
  { list, token, limit, invalidToken }: Paging,
  { load, keyOf }: Rows<T>,
): Promise<{ items: T[]; next?: string }> {
  const after = token === undefined ? "" : parseToken(masterKey, list, token)
  if (after === undefined) throw invalidToken()
  const rows = await load(after, limit + 1)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined
    ? { items, next: formatToken(masterKey, list, keyOf(last)) }
    : { items }
}

export function formatToken(masterKey: MasterKey, list: string, after: string): string {
  const text = Buffer.from(after, "utf8")
  return Buffer.concat([mac(masterKey, list, text), text]).toString("base64url")
}

export function parseToken(masterKey: MasterKey, list: string, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url")
  const text = bytes.subarray(MAC_BYTES)
  if (bytes.length < MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(masterKey, list, text)))
    return undefined
  return text.toString("utf8")
}

const mac = (masterKey: MasterKey, list: string, text: Buffer): Buffer =>
  createHmac("sha256", masterKey.keyFor("paging")).update(`${list}\n`).update(text).digest().subarray(0, MAC_BYTES)
