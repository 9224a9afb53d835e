import type { QueryCommandOutput } from "@aws-sdk/client-dynamodb"
import type { Reading } from "../../../store/store.ts"
import { invalid } from "../errors.ts"
import { holds } from "../expressions/evaluate.ts"
import { projectItem } from "../expressions/project.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { keyOf } from "../tables/keys.ts"
import type { Index, Table } from "../tables/record.ts"
import { formatItem } from "../values/format.ts"
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

/** The half of Query and Scan that they share: one page, filtered and shown. */
export async function search(
  tx: Reading,
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
  const isKept = filter ? (item: Parameters<typeof holds>[1]) => holds(filter, item) : () => true
  const page = await readPage(tx, stretch, input.Limit, selection.wholeItems, isKept)
  const { paths } = selection
  return {
    ...(!selection.countsOnly && {
      Items: page.kept.map((item) => formatItem(paths ? projectItem(item, paths) : item)),
    }),
    Count: page.kept.length,
    ScannedCount: page.scanned,
    ...(page.last && {
      LastEvaluatedKey: formatItem(keyOf(index ? [table.key, index.key] : [table.key], page.last)),
    }),
    ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, (usage) => {
      const units = readUnits(page.bytes, input.ConsistentRead ?? false)
      if (index) usage.indexes.set(index.name, units)
      else usage.table = units
    }),
  }
}
