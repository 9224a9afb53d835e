import type { Reading, Writing } from "../../../store/store.ts"
import type { Path } from "../expressions/syntax.ts"
import { findEntryBytes } from "../tables/key-limits.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"

/** An item as it is stored, and its size as DynamoDB counts it. */
export interface StoredItem {
  item: Item
  bytes: number
  /** The same as JSON, where that is at hand. */
  text?: string
  /** Of an update: where the item has what was changed. */
  touchedPaths?: readonly Path[]
}

/** An item as the row that it is: its JSON, which is what goes over the wire, and its size. */
export interface ItemRow {
  body: string
  size: number
}

export const findRow = (tx: Reading, table: Table, { pk, sk }: KeyBytes): Promise<ItemRow | undefined> =>
  tx.get<ItemRow>("SELECT body, size FROM ddb_items WHERE table_id = $1 AND pk = $2 AND sk = $3", table.id, pk, sk)

export async function findItem(tx: Reading, table: Table, key: KeyBytes): Promise<StoredItem | undefined> {
  const row = await findRow(tx, table, key)
  return row && storedItem(row)
}

/** Parsed when somebody looks into it: a stream tells of most items as they are written. */
function storedItem({ body, size }: ItemRow): StoredItem {
  let item: Item | undefined
  return {
    get item() {
      item ??= JSON.parse(body) as Item
      return item
    },
    bytes: size,
    text: body,
  }
}

/** `before` is what was there; it may be left out where nothing is kept by other keys. */
export async function storeItem(
  tx: Writing,
  table: Table,
  key: KeyBytes,
  before: StoredItem | undefined,
  after: StoredItem | undefined,
): Promise<void> {
  if (after) {
    await tx.run(
      `INSERT INTO ddb_items (table_id, pk, sk, size, body) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (table_id, pk, sk) DO UPDATE SET size = excluded.size, body = excluded.body`,
      table.id,
      key.pk,
      key.sk,
      after.bytes,
      after.text ?? JSON.stringify(after.item),
    )
  } else {
    await tx.run("DELETE FROM ddb_items WHERE table_id = $1 AND pk = $2 AND sk = $3", table.id, key.pk, key.sk)
  }
  for (const index of table.maintained) {
    const old = before && findEntryBytes(index.key, before.item)
    const new_ = after && findEntryBytes(index.key, after.item)
    if (old && new_ && old.pk.equals(new_.pk) && old.sk.equals(new_.sk)) continue
    if (old) await removeEntry(tx, table, index.name, old, key)
    if (new_) await insertEntry(tx, table, index.name, new_, key)
  }
}

export async function insertEntry(tx: Writing, table: Table, index: string, at: KeyBytes, item: KeyBytes) {
  await tx.run(
    `INSERT INTO ddb_index_items (table_id, index_name, pk, sk, item_pk, item_sk) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (table_id, index_name, pk, sk, item_pk, item_sk) DO NOTHING`,
    table.id,
    index,
    at.pk,
    at.sk,
    item.pk,
    item.sk,
  )
}

async function removeEntry(tx: Writing, table: Table, index: string, at: KeyBytes, item: KeyBytes): Promise<void> {
  await tx.run(
    `DELETE FROM ddb_index_items
     WHERE table_id = $1 AND index_name = $2 AND pk = $3 AND sk = $4 AND item_pk = $5 AND item_sk = $6`,
    table.id,
    index,
    at.pk,
    at.sk,
    item.pk,
    item.sk,
  )
}
