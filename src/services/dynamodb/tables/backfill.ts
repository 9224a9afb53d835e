import type { Writing } from "../../../store/store.ts"
import { insertEntry } from "../items/rows.ts"
import type { Item } from "../values/attribute-value.ts"
import { findEntryBytes } from "./key-limits.ts"
import type { Table } from "./record.ts"

const ITEMS_AT_ONCE = 500

/** Fills a new index from the items that are there. Items whose key it cannot have stay out of it. */
export async function addEntries(tx: Writing, table: Table, indexName: string): Promise<void> {
  const index = table.maintained.find(({ name }) => name === indexName)
  if (!index) return
  let last = { pk: Buffer.alloc(0) as Uint8Array, sk: Buffer.alloc(0) as Uint8Array }
  while (true) {
    const rows = await tx.all<{ pk: Uint8Array; sk: Uint8Array; body: string }>(
      `SELECT pk, sk, body FROM ddb_items WHERE table_id = $1 AND (pk, sk) > ($2, $3) ORDER BY pk, sk LIMIT $4`,
      table.id,
      last.pk,
      last.sk,
      ITEMS_AT_ONCE,
    )
    for (const { pk, sk, body } of rows) {
      const at = findEntryBytes(index.key, JSON.parse(body) as Item)
      if (at) await insertEntry(tx, table, indexName, at, { pk: Buffer.from(pk), sk: Buffer.from(sk) })
    }
    if (rows.length < ITEMS_AT_ONCE) return
    last = rows[rows.length - 1]!
  }
}

export async function removeEntries(tx: Writing, tableId: string, indexName: string): Promise<void> {
  await tx.run("DELETE FROM ddb_index_items WHERE table_id = $1 AND index_name = $2", tableId, indexName)
}
