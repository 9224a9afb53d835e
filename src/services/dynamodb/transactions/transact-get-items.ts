import { type ItemResponse, TransactGetItemsCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { writtenAs } from "../../../wire/index.ts"
import { onItem } from "../items/access.ts"
import { readUnits } from "../items/capacity.ts"
import { parseGetProjection, shownText } from "../items/get-item.ts"
import { findRow } from "../items/rows.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { getKeyBytes } from "../tables/key-values.ts"
import type { Table } from "../tables/record.ts"
import { parseItem } from "../values/parse.ts"
import { assertDistinctItems, assertTotalSize, untilReason } from "./reasons.ts"
import { createTally } from "./tally.ts"

const ENCLOSING = "TransactGetItems"

export const TransactGetItems = operation(TransactGetItemsCommand, {
  access: ({ TransactItems, ReturnConsumedCapacity }, scope) =>
    TransactItems.map(({ Get }) =>
      onItem({ ...Get!, TableName: Get!.TableName!, ReturnConsumedCapacity }, scope, {
        action: "dynamodb:GetItem",
        enclosing: ENCLOSING,
        reads: true,
      }),
    ),

  async handle({ TransactItems, ReturnConsumedCapacity }, context) {
    const parsed = TransactItems.map(({ Get }) => ({
      name: Get!.TableName!,
      key: parseItem(Get!.Key!),
      ...parseGetProjection(Get!),
    }))
    const tables: Table[] = []
    for (const { name } of parsed) tables.push(await getTable(name, context))
    const keys = untilReason(parsed, ({ key, entered }, i) => {
      assertScalarKeys(tables[i]!, entered)
      return getKeyBytes(tables[i]!.key, key)
    })
    const gets = parsed.map((get, i) => ({ ...get, table: tables[i]!, key: keys[i]! }))
    assertDistinctItems(gets)
    const tally = createTally("read")
    const found = await context.store.read(async (tx) => {
      const items = []
      for (const { table, key } of gets) items.push(await findRow(tx, table, key))
      return items
    })
    assertTotalSize(found.map((item) => item?.size ?? 0))
    gets.forEach(({ name, table }, i) => {
      tally.of(name, table).table += 2 * readUnits(found[i]?.size ?? 0, true)
    })
    return {
      Responses: writtenAs<ItemResponse[]>(
        `[${gets.map(({ paths }, i) => (found[i] ? `{"Item":${shownText(found[i], paths)}}` : "{}")).join(",")}]`,
      ),
      ...tally.consumed(ReturnConsumedCapacity),
    }
  },
})
