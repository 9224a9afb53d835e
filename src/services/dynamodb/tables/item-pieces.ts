import type { Reading } from "../../../store/store.ts"
import type { Item } from "../values/attribute-value.ts"
import type { KeyBytes } from "./keys.ts"

/** What one piece of work may touch: a few milliseconds of the main thread. */
const ROWS_AT_ONCE = 250
const BYTES_AT_ONCE = 1024 * 1024

/** An item without what it holds. */
export interface ItemSize {
  key: KeyBytes
  size: number
}

export interface ItemPiece<T> {
  rows: readonly T[]
  isLast: boolean
}

/** Where a table begins. */
export const BEFORE_ALL: KeyBytes = { pk: Buffer.alloc(0), sk: Buffer.alloc(0) }

/** The next items of a table in the order of their keys, without what they hold. */
export async function readSizes(tx: Reading, tableId: string, after: KeyBytes): Promise<ItemPiece<ItemSize>> {
  const rows = await tx.all<{ pk: Uint8Array; sk: Uint8Array; size: number }>(
    "SELECT pk, sk, size FROM ddb_items WHERE table_id = $1 AND (pk, sk) > ($2, $3) ORDER BY pk, sk LIMIT $4",
    tableId,
    after.pk,
    after.sk,
    ROWS_AT_ONCE,
  )
  return { rows: rows.map(({ pk, sk, size }) => ({ key: keyOf(pk, sk), size })), isLast: rows.length < ROWS_AT_ONCE }
}

/** As many of them as may be read or deleted at once: at least one, where there is one. */
export function withinBytes({ rows, isLast }: ItemPiece<ItemSize>): ItemPiece<ItemSize> {
  let bytes = 0
  const end = rows.findIndex(({ size }, i) => {
    bytes += size
    return i > 0 && bytes > BYTES_AT_ONCE
  })
  return end < 0 ? { rows, isLast } : { rows: rows.slice(0, end), isLast: false }
}

/** The next items of a table with what they hold. */
export async function readItems(
  tx: Reading,
  tableId: string,
  after: KeyBytes,
): Promise<ItemPiece<ItemSize & { item: Item }>> {
  const { rows, isLast } = withinBytes(await readSizes(tx, tableId, after))
  const last = rows.at(-1)
  if (!last) return { rows: [], isLast: true }
  const bodies = await tx.all<{ pk: Uint8Array; sk: Uint8Array; size: number; body: string }>(
    `SELECT pk, sk, size, body FROM ddb_items WHERE table_id = $1 AND (pk, sk) > ($2, $3) AND (pk, sk) <= ($4, $5)
     ORDER BY pk, sk`,
    tableId,
    after.pk,
    after.sk,
    last.key.pk,
    last.key.sk,
  )
  const items = bodies.map(({ pk, sk, size, body }) => ({ key: keyOf(pk, sk), size, item: JSON.parse(body) as Item }))
  return { rows: items, isLast }
}

const keyOf = (pk: Uint8Array, sk: Uint8Array): KeyBytes => ({ pk: Buffer.from(pk), sk: Buffer.from(sk) })

/** A place in the order of the keys, as a job's body keeps it. */
export const formatPlace = ({ pk, sk }: KeyBytes): [string, string] => [pk.toString("base64"), sk.toString("base64")]

export const parsePlace = (place: [string, string] | undefined): KeyBytes =>
  place ? { pk: Buffer.from(place[0], "base64"), sk: Buffer.from(place[1], "base64") } : BEFORE_ALL
