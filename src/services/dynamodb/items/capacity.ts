import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb"
import { findEntryBytes } from "../tables/key-limits.ts"
import type { Index, Table } from "../tables/record.ts"
import { findAttribute, type Item, newItem } from "../values/attribute-value.ts"
import { sizeOfItem } from "../values/size.ts"

/** DynamoDB Developer Guide, "DynamoDB read and write operations": what a unit is. */
const READ_UNIT_BYTES = 4096
const WRITE_UNIT_BYTES = 1024

/** Units that a request used, of the table and of each index. */
export interface Usage {
  table: number
  indexes: Map<string, number>
}

export const newUsage = (): Usage => ({ table: 0, indexes: new Map() })

/** What is not there is read too. */
export const readUnits = (bytes: number, isConsistent: boolean): number =>
  Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * (isConsistent ? 1 : 0.5)

export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES))

/** Adds what replacing `before` by `after` costs, in the table and in every index that has to change. */
export function addWrite(
  usage: Usage,
  table: Table,
  before: { item: Item; bytes: number } | undefined,
  after: { item: Item; bytes: number } | undefined,
): void {
  usage.table += writeUnits(Math.max(before?.bytes ?? 0, after?.bytes ?? 0))
  for (const index of table.indexes.values()) {
    const units = indexUnits(index, before?.item, after?.item)
    if (units > 0) usage.indexes.set(index.name, (usage.indexes.get(index.name) ?? 0) + units)
  }
}

function indexUnits(index: Index, before: Item | undefined, after: Item | undefined): number {
  const old = before && findEntryBytes(index.key, before)
  const new_ = after && findEntryBytes(index.key, after)
  const oldEntry = old && projectToIndex(index, before)
  const newEntry = new_ && projectToIndex(index, after)
  if (oldEntry && newEntry && old.pk.equals(new_.pk) && old.sk.equals(new_.sk)) {
    if (JSON.stringify(oldEntry) === JSON.stringify(newEntry)) return 0
    return writeUnits(Math.max(sizeOfItem(oldEntry), sizeOfItem(newEntry)))
  }
  return (oldEntry ? writeUnits(sizeOfItem(oldEntry)) : 0) + (newEntry ? writeUnits(sizeOfItem(newEntry)) : 0)
}

/** What an index holds of an item. */
export function projectToIndex({ projected }: Index, item: Item): Item {
  if (!projected) return item
  const entry = newItem()
  for (const name of projected) {
    const value = findAttribute(item, name)
    if (value !== undefined) entry[name] = value
  }
  return entry
}

type Asked = "INDEXES" | "TOTAL" | "NONE" | undefined

/** `name` is the table as the request named it. Counted only where it is asked for. */
export function consumedCapacity(
  asked: Asked,
  name: string,
  table: Table,
  count: (usage: Usage) => void,
): { ConsumedCapacity?: ConsumedCapacity } {
  if (asked !== "TOTAL" && asked !== "INDEXES") return {}
  const usage = newUsage()
  count(usage)
  return { ConsumedCapacity: describeUsage(asked, name, table, usage) }
}

export function describeUsage(
  asked: "TOTAL" | "INDEXES",
  name: string,
  table: Table,
  usage: Usage,
  transactional?: "read" | "write",
): ConsumedCapacity {
  const capacity = (units: number) => ({
    CapacityUnits: units,
    ...(transactional === "read" && { ReadCapacityUnits: units }),
    ...(transactional === "write" && { WriteCapacityUnits: units }),
  })
  let total = usage.table
  for (const units of usage.indexes.values()) total += units
  if (asked === "TOTAL") return { TableName: name, ...capacity(total) }
  const byScope = (isGlobal: boolean) =>
    Object.fromEntries(
      [...usage.indexes]
        .filter(([index]) => table.indexes.get(index)?.isGlobal === isGlobal)
        .map(([index, units]) => [index, capacity(units)]),
    )
  const globals = byScope(true)
  const locals = byScope(false)
  return {
    TableName: name,
    ...capacity(total),
    Table: capacity(usage.table),
    ...(Object.keys(globals).length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(Object.keys(locals).length > 0 && { LocalSecondaryIndexes: locals }),
  }
}
