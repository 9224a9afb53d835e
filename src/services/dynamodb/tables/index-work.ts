import type { Deps } from "../../../call.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { again, done, type Worker } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"
import { insertEntry } from "../items/rows.ts"
import { readTable, updateTable } from "./find.ts"
import { formatPlace, parsePlace, readItems } from "./item-pieces.ts"
import { findEntryBytes } from "./key-limits.ts"
import { type TableRecord, TIME_TO_LIVE_INDEX } from "./record.ts"
import type { TableAddress } from "./table-name.ts"

export const FILL_INDEX = "dynamodb:fill-index"
export const EMPTY_INDEX = "dynamodb:empty-index"

interface Body extends TableAddress {
  id: string
  index: string
  /** The item that was looked at last. */
  after?: [string, string]
}

/**
 * Makes the entries of a new index from the items that are there; writes make those of their own from the moment that
 * the index is defined, on other nodes a little later. What lacks the key of the index, or has a bad one, stays out of it.
 */
export const fillIndexWork: Worker<{ store: Store }> = {
  async run({ body, save }, { store }) {
    const { id, index: name, after } = body as Body
    return store.transact(async (tx) => {
      const table = await readTable(tx, body as Body)
      const index = table?.id === id ? table.maintained.find((one) => one.name === name) : undefined
      if (!table || !index || !isBuilding(table.record, name)) return done
      const { rows, isLast } = await readItems(tx, id, parsePlace(after))
      for (const { key, item } of rows) {
        const at = findEntryBytes(index.key, item)
        if (at) await insertEntry(tx, table, name, at, key)
      }
      if (!isLast) {
        await save(tx, { ...(body as Body), after: formatPlace(rows.at(-1)!.key) })
        return again()
      }
      await updateTable(tx, withIndexReady(table.record, name))
      return done
    })
  },
}

/** Removes the entries of an index that is no longer written to, and then the index. */
export const emptyIndexWork: Worker<{ store: Store }> = {
  async run({ body }, { store }) {
    const { id, index: name } = body as Body
    return store.transact(async (tx) => {
      const entries = {
        table: "ddb_index_items",
        key: "table_id, index_name, pk, sk, item_pk, item_sk",
        where: "table_id = $1 AND index_name = $2",
        values: [id, name],
      }
      if (await removeRows(tx, entries)) return again()
      const table = await readTable(tx, body as Body)
      if (table?.id === id) await updateTable(tx, withoutIndex(table.record, name))
      return done
    })
  },
}

/** Begins it in the transaction that defines the index. */
export const enqueueFill = (
  tx: Writing,
  deps: Pick<Deps, "work" | "clock" | "store">,
  table: TableRecord,
  index: string,
) => enqueue(tx, deps, FILL_INDEX, table, index)

/** Begins it in the transaction that takes the index out of use. */
export const enqueueEmptying = (
  tx: Writing,
  deps: Pick<Deps, "work" | "clock" | "store">,
  table: TableRecord,
  index: string,
) => enqueue(tx, deps, EMPTY_INDEX, table, index)

/** Not before other nodes know of the change: until then they write by what was there before. */
async function enqueue(
  tx: Writing,
  { work, clock, store }: Pick<Deps, "work" | "clock" | "store">,
  kind: string,
  { id, account, region, name }: TableRecord,
  index: string,
): Promise<void> {
  const dueAt = clock.now() + store.settlingMilliseconds
  await work.enqueue(tx, { kind, key: indexJobKey(id, index), body: { id, account, region, name, index }, dueAt })
}

export const indexJobKey = (tableId: string, index: string): string => `${tableId}/${index}`

const isBuilding = (record: TableRecord, name: string): boolean =>
  name === TIME_TO_LIVE_INDEX
    ? record.timeToLiveState === "ENABLING"
    : record.indexes.some((index) => index.name === name && index.state === "CREATING")

function withIndexReady(record: TableRecord, name: string): TableRecord {
  if (name === TIME_TO_LIVE_INDEX) {
    const { timeToLiveState: _, ...ready } = record
    return ready
  }
  const indexes = record.indexes.map((index) => {
    if (index.name !== name) return index
    const { state: _, ...ready } = index
    return ready
  })
  return { ...record, indexes }
}

/** Attributes that nothing is keyed by any more are no longer defined. */
function withoutIndex(record: TableRecord, name: string): TableRecord {
  if (name === TIME_TO_LIVE_INDEX) {
    if (record.timeToLiveState !== "DISABLING") return record
    const { timeToLiveState: _, timeToLive: __, ...rest } = record
    return rest
  }
  const indexes = record.indexes.filter((index) => index.name !== name || index.state !== "DELETING")
  const used = new Set([record.key, ...indexes.map(({ key }) => key)].flat().map((element) => element.name))
  const attributes = record.attributes.filter((attribute) => used.has(attribute.name))
  return { ...record, indexes, attributes }
}
