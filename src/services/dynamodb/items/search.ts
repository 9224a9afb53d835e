import type { AttributeValue, QueryCommandOutput } from "@aws-sdk/client-dynamodb"
import type { Store } from "../../../store/store.ts"
import { writtenAs } from "../../../wire/index.ts"
import { invalid } from "../errors.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { keyOf } from "../tables/keys.ts"
import type { Index, Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { consumedCapacity, readUnits } from "./capacity.ts"
import { readPage } from "./page.ts"
import type { Stretch } from "./page-sql.ts"
import type { Selection } from "./selection.ts"

export function getIndex(table: Table, name: string | undefined): Index | undefined {
  if (name === undefined) return undefined
  const index = table.indexes.get(name)
  if (!index) throw invalid(`The table does not have the specified index: ${name}`)
  // aws/aws-cli #4845.
  if (index.isBackfilling) throw invalid(`Cannot read from backfilling global secondary index: ${name}`)
  return index
}

type Attributes = Record<string, AttributeValue>

/** The half of Query and Scan that they share: one page, filtered and shown. */
export async function search(
  store: Store,
  stretch: Stretch,
  filter: BoundCondition | undefined,
  selection: Selection,
  input: {
    TableName: string
    Limit?: number | undefined
    ConsistentRead?: boolean | undefined
    ReturnConsumedCapacity?: "INDEXES" | "TOTAL" | "NONE" | undefined
  },
): Promise<Omit<QueryCommandOutput, "$metadata">> {
  const { table, index } = stretch
  const page = await readPage(store, stretch, input.Limit, filter, selection)
  const isConsistent = input.ConsistentRead ?? false
  return {
    ...(!selection.countsOnly && { Items: writtenAs<Attributes[]>(`[${page.texts.join(",")}]`) }),
    Count: page.count,
    ScannedCount: page.scanned,
    ...(page.last !== undefined && {
      LastEvaluatedKey: writtenAs<Attributes>(
        JSON.stringify(keyOf(index ? [table.key, index.key] : [table.key], JSON.parse(page.last) as Item)),
      ),
    }),
    ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, (usage) => {
      const units = readUnits(page.bytes, isConsistent)
      if (index) usage.indexes.set(index.name, units)
      else usage.table = units
      for (const bytes of page.fetched) usage.table += readUnits(bytes, isConsistent)
    }),
  }
}
