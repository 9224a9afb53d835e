import { DeleteItemCommand, type DeleteItemCommandInput } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { assertAllUsed } from "../expressions/bindings.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { getKeyBytes } from "../tables/key-values.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { writtenAttributes } from "../values/format.ts"
import { parseItem } from "../values/parse.ts"
import { onItem } from "./access.ts"
import { addWrite, consumedCapacity } from "./capacity.ts"
import { itemCollectionMetrics } from "./item-collections.ts"
import { type ConditionalInput, parseWriteCondition, writeBindings } from "./parameters.ts"
import { assertReturnValues } from "./put-item.ts"
import { type Write, writeItems } from "./write.ts"

export const DeleteItem = operation(DeleteItemCommand, {
  access: (input, scope) => onItem(input, scope, { writes: true }),

  async handle(input, context) {
    const deletion = parseDelete(input)
    assertReturnValues(input.ReturnValues)
    const table = await getTable(input.TableName, context)
    const write = prepareDelete(table, deletion, input.ReturnValuesOnConditionCheckFailure)
    const { before } = await writeItems(context, [write], (perform) => perform(write, true))
    const metrics = itemCollectionMetrics(input.ReturnItemCollectionMetrics, table, deletion.key)
    return {
      ...(input.ReturnValues === "ALL_OLD" && before && { Attributes: writtenAttributes(before.item) }),
      ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, (usage) =>
        addWrite(usage, table, before, undefined),
      ),
      ...(metrics && { ItemCollectionMetrics: metrics }),
    }
  },
})

/** A key and a condition: all that DeleteItem, and ConditionCheck in a transaction, have. */
export interface KeyedCondition {
  key: Item
  condition: BoundCondition | undefined
  entered: ReadonlySet<string>
}

export function parseDelete(input: ConditionalInput & Pick<DeleteItemCommandInput, "Key">): KeyedCondition {
  const bindings = writeBindings(input, false)
  const key = parseItem(input.Key!)
  const condition = parseWriteCondition(input, bindings)
  assertAllUsed(bindings)
  return { key, condition, entered: bindings.entered }
}

export const prepareDelete = (table: Table, keyed: KeyedCondition, onFailure: string | undefined): Write => ({
  ...prepareCheck(table, keyed, onFailure),
  after: () => undefined,
})

/** A condition alone: what is there stays as it is. */
export function prepareCheck(
  table: Table,
  { key, condition, entered }: KeyedCondition,
  onFailure: string | undefined,
): Write {
  assertScalarKeys(table, entered)
  return {
    table,
    key: getKeyBytes(table.key, key),
    condition,
    after: (before) => before,
    readsItem: true,
    showsItem: onFailure === "ALL_OLD",
  }
}
