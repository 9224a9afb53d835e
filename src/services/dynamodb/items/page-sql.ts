import type { Value } from "../../../store/store.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Index, Table } from "../tables/record.ts"

/** A place in a table (where `item` is left out) or in an index. */
export interface Position extends KeyBytes {
  /** The item's own key: entries of an index may have the same index key. */
  item?: KeyBytes
}

/** A stretch to read. `from` is in it, `to` is not; `after` and `before` are places that were read already. */
export interface Stretch {
  table: Table
  index: Index | undefined
  /** Of a Query: one partition. */
  partition: Buffer | undefined
  /** Bounds of the sort key within the partition, else of the partition key. */
  from: Buffer
  to: Buffer | undefined
  forward: boolean
  /** Where the last page ended. */
  start: Position | undefined
  /** There is one item at most: no page ends before there is nothing more. */
  isSingle: boolean
}

/** The statement for the next rows of a stretch, and its values. */
export function pageStatement(stretch: Stretch, limit: number): { sql: string; values: Value[] } {
  const { table, index, partition, from, to, forward, start } = stretch
  const values: Value[] = []
  const bind = (value: Value): string => `$${values.push(value)}`
  const source = index
    ? "ddb_index_items x JOIN ddb_items i ON i.table_id = x.table_id AND i.pk = x.item_pk AND i.sk = x.item_sk"
    : "ddb_items x"
  const conditions = [`x.table_id = ${bind(table.id)}`]
  if (index) conditions.push(`x.index_name = ${bind(index.name)}`)
  if (partition) conditions.push(`x.pk = ${bind(partition)}`)
  const columns = [...(partition ? [] : ["x.pk"]), "x.sk", ...(index ? ["x.item_pk", "x.item_sk"] : [])]
  const bounded = columns[0]
  if (from.length > 0) conditions.push(`${bounded} >= ${bind(from)}`)
  if (to) conditions.push(`${bounded} < ${bind(to)}`)
  if (start) {
    const place = [
      ...(partition ? [] : [start.pk]),
      start.sk,
      ...(index && start.item ? [start.item.pk, start.item.sk] : []),
    ].map(bind)
    conditions.push(`(${columns.join(", ")}) ${forward ? ">" : "<"} (${place.join(", ")})`)
  }
  const order = columns.map((column) => `${column} ${forward ? "ASC" : "DESC"}`).join(", ")
  const item = index ? "i" : "x"
  const sql = `SELECT ${item}.body, ${item}.size FROM ${source} WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT ${bind(limit)}`
  return { sql, values }
}
