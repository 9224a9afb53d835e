import { createHmac, timingSafeEqual } from "node:crypto"
import type { MasterKey } from "./master-key.ts"

const MAC_BYTES = 16

/** A token that says after which key a list goes on, and of which list: it fits no other, and cannot be made up. */
export function formatPageToken(masterKey: MasterKey, list: string, after: string): string {
  const text = Buffer.from(after, "utf8")
  return Buffer.concat([mac(masterKey, list, text), text]).toString("base64url")
}

/** The key to go on after; undefined where the token is no token of this list. */
export function parsePageToken(masterKey: MasterKey, list: string, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url")
  const text = bytes.subarray(MAC_BYTES)
  if (bytes.length < MAC_BYTES || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(masterKey, list, text)))
    return undefined
  return text.toString("utf8")
}

const mac = (masterKey: MasterKey, list: string, text: Buffer): Buffer =>
  createHmac("sha256", masterKey.keyFor("paging")).update(`${list}\n`).update(text).digest().subarray(0, MAC_BYTES)

/** One page of `limit`, asked for with one row more than that, and the key that the next begins after. */
export function page<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): { items: T[]; after?: string } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, after: keyOf(last) } : { items }
}
