import type { Store, Writing } from "../../../store/store.ts"
import { again, done, later, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import { readTable, removeTable } from "./find.ts"
import { BEFORE_ALL, readSizes, withinBytes } from "./item-pieces.ts"
import type { TableAddress } from "./table-name.ts"

export const DELETE_TABLE = "dynamodb:delete-table"

interface Body extends TableAddress {
  /** The table is gone; what other nodes wrote in the meantime is looked for once more. */
  isGone?: true
}

/** Removes the rows of a table that is being deleted, and then the table. The key is its id. */
export const deleteTableWork: Worker<{ store: Store; clock: { now(): number } }> = {
  async run({ key: id, body }, { store, clock }) {
    const address = body as Body
    const hasMore = await store.transact(async (tx) => {
      if (await removeContents(tx, id)) return true
      const table = await readTable(tx, address)
      if (table?.id === id) await removeTable(tx, table.record)
      return false
    })
    if (hasMore) return again()
    if (store.settlingMilliseconds === 0 || address.isGone) return done
    return later(clock.now() + store.settlingMilliseconds, { ...address, isGone: true })
  },
}

/** One piece of them. Whether there may be more. */
async function removeContents(tx: Writing, id: string): Promise<boolean> {
  const entries = {
    table: "ddb_index_items",
    key: "table_id, index_name, pk, sk, item_pk, item_sk",
    where: "table_id = $1",
    values: [id],
  }
  if (await removeRows(tx, entries)) return true
  const { rows, isLast } = withinBytes(await readSizes(tx, id, BEFORE_ALL))
  const last = rows.at(-1)
  if (!last) return false
  await tx.run("DELETE FROM ddb_items WHERE table_id = $1 AND (pk, sk) <= ($2, $3)", id, last.key.pk, last.key.sk)
  return !isLast
}
