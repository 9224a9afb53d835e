import { PutItemCommand, type PutItemCommandInput } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { invalid, itemTooLarge } from "../errors.ts"
import { assertAllUsed } from "../expressions/bindings.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { assertIndexKeys, getItemKeyBytes } from "../tables/key-values.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { writtenAttributes } from "../values/format.ts"
import { parseItem } from "../values/parse.ts"
import { MAXIMUM_ITEM_BYTES, sizeOfItem } from "../values/size.ts"
import { onItem } from "./access.ts"
import { addWrite, consumedCapacity } from "./capacity.ts"
import { itemCollectionMetrics } from "./item-collections.ts"
import { type ConditionalInput, parseWriteCondition, writeBindings } from "./parameters.ts"
import { type Write, writeItems } from "./write.ts"

export const PutItem = operation(PutItemCommand, {
  access: (input, scope) => onItem(input, scope, { writes: true }),

  async handle(input, context) {
    const put = parsePut(input)
    assertReturnValues(input.ReturnValues)
    const table = await getTable(input.TableName, context)
    const write = preparePut(table, put, input.ReturnValuesOnConditionCheckFailure)
    const wantsBefore = input.ReturnValues === "ALL_OLD" || isCapacityAsked(input.ReturnConsumedCapacity)
    const { before } = await writeItems(context, [write], (perform) => perform(write, wantsBefore))
    const metrics = itemCollectionMetrics(input.ReturnItemCollectionMetrics, table, put.item)
    return {
      ...(input.ReturnValues === "ALL_OLD" && before && { Attributes: writtenAttributes(before.item) }),
      ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, (usage) =>
        addWrite(usage, table, before, write.after(before)),
      ),
      ...(metrics && { ItemCollectionMetrics: metrics }),
    }
  },
})

export const isCapacityAsked = (asked: string | undefined): boolean => asked === "TOTAL" || asked === "INDEXES"

/** PutItem and DeleteItem know no others. */
export function assertReturnValues(values: string | undefined): void {
  if (values !== undefined && values !== "ALL_OLD" && values !== "NONE") {
    throw invalid("ReturnValues can only be ALL_OLD or NONE")
  }
}

export interface Put {
  item: Item
  bytes: number
  condition: BoundCondition | undefined
  entered: ReadonlySet<string>
}

/** All that can be known to be wrong without the table. */
export function parsePut(input: ConditionalInput & Pick<PutItemCommandInput, "Item">): Put {
  const bindings = writeBindings(input, false)
  const item = parseItem(input.Item!)
  const bytes = sizeOfItem(item)
  if (bytes > MAXIMUM_ITEM_BYTES) throw itemTooLarge()
  const condition = parseWriteCondition(input, bindings)
  assertAllUsed(bindings)
  return { item, bytes, condition, entered: bindings.entered }
}

export function preparePut(
  table: Table,
  { item, bytes, condition, entered }: Put,
  onFailure: string | undefined,
): Write {
  assertScalarKeys(table, entered)
  const key = getItemKeyBytes(table.key, item)
  for (const index of table.indexes.values()) assertIndexKeys(index.name, index.key, item)
  const after = { item, bytes }
  return { table, key, condition, after: () => after, readsItem: false, showsItem: onFailure === "ALL_OLD" }
}
