import type { ItemCollectionMetrics } from "@aws-sdk/client-dynamodb"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { formatKeyValue } from "../values/format.ts"

/** Only tables with local indexes have item collections. Their size is an estimate; ours are always below a gigabyte. */
export function itemCollectionMetrics(
  asked: "SIZE" | "NONE" | undefined,
  table: Table,
  key: Item,
): ItemCollectionMetrics | undefined {
  if (asked !== "SIZE" || ![...table.indexes.values()].some(({ isGlobal }) => !isGlobal)) return undefined
  const { name } = table.key.partition[0]!
  return { ItemCollectionKey: { [name]: formatKeyValue(key[name]!) }, SizeEstimateRangeGB: [0, 1] }
}
