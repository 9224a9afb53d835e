import { type AttributeValueUpdate, UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { invalidParameter, updatedItemTooLarge } from "../errors.ts"
import { bindUpdate, pathsOf } from "../expressions/bind-update.ts"
import { assertAllUsed } from "../expressions/bindings.ts"
import { legacyUpdate } from "../expressions/legacy-updates.ts"
import { parseUpdateExpression } from "../expressions/parse.ts"
import { projectItem } from "../expressions/project.ts"
import type { BoundCondition, BoundUpdate, Path } from "../expressions/syntax.ts"
import { applyUpdate } from "../expressions/update.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { assertIndexKeys, getKeyBytes } from "../tables/key-values.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { writtenAttributes } from "../values/format.ts"
import { parseItem } from "../values/parse.ts"
import { MAXIMUM_ITEM_BYTES, sizeOfItem } from "../values/size.ts"
import { thawItem } from "../values/thaw.ts"
import { onItem } from "./access.ts"
import { addWrite, consumedCapacity } from "./capacity.ts"
import { itemCollectionMetrics } from "./item-collections.ts"
import { type ConditionalInput, parseWriteCondition, writeBindings } from "./parameters.ts"
import { type Write, type Written, writeItems } from "./write.ts"

export const UpdateItem = operation(UpdateItemCommand, {
  access: (input, scope) => onItem(input, scope, { writes: true }),

  async handle(input, context) {
    const change = parseUpdate(input)
    const table = await getTable(input.TableName, context)
    const write = prepareUpdate(table, change, input.ReturnValuesOnConditionCheckFailure)
    const written = await writeItems(context, [write], (perform) => perform(write, true))
    const attributes = returnedAttributes(input.ReturnValues, written, pathsOf(change.update))
    const metrics = itemCollectionMetrics(input.ReturnItemCollectionMetrics, table, change.key)
    return {
      ...(attributes && { Attributes: writtenAttributes(attributes) }),
      ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, table, (usage) =>
        addWrite(usage, table, written.before, written.after),
      ),
      ...(metrics && { ItemCollectionMetrics: metrics }),
    }
  },
})

export interface Change {
  key: Item
  update: BoundUpdate
  condition: BoundCondition | undefined
  entered: ReadonlySet<string>
}

export function parseUpdate(
  input: ConditionalInput & { AttributeUpdates?: Record<string, AttributeValueUpdate> } & Pick<
      UpdateItemCommandInput,
      "Key"
    >,
): Change {
  const bindings = writeBindings(input, true)
  const key = parseItem(input.Key!)
  const { UpdateExpression, AttributeUpdates = {} } = input
  const update =
    UpdateExpression === undefined
      ? legacyUpdate(AttributeUpdates)
      : bindUpdate(bindings, parseUpdateExpression(UpdateExpression))
  const condition = parseWriteCondition(input, bindings)
  assertAllUsed(bindings)
  return { key, update, condition, entered: bindings.entered }
}

/** What takes away and gives nothing makes no item where there is none. What does nothing at all makes one. */
const isRemoval = ({ set, add, remove, delete: deletions }: BoundUpdate): boolean =>
  set.length + add.length === 0 && remove.length + deletions.length > 0

export function prepareUpdate(table: Table, change: Change, onFailure: string | undefined): Write {
  const { key, update, condition, entered } = change
  assertScalarKeys(table, entered)
  const bytes = getKeyBytes(table.key, key)
  const touched = new Set(pathsOf(update).map(([name]) => name as string))
  for (const { name } of table.key.all) {
    if (touched.has(name)) throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`)
  }
  return {
    table,
    key: bytes,
    condition,
    after(before) {
      const existing = before?.item ?? key
      const item = thawItem(existing)
      const touchedPaths = applyUpdate(update, existing, item)
      if (!before && isRemoval(update)) return before
      for (const index of table.indexes.values()) assertIndexKeys(index.name, index.key, item, touched)
      const size = sizeOfItem(item)
      if (size > MAXIMUM_ITEM_BYTES) throw updatedItemTooLarge()
      return { item, bytes: size, touchedPaths }
    },
    readsItem: true,
    showsItem: onFailure === "ALL_OLD",
  }
}

/** Undefined where there is nothing to return. */
function returnedAttributes(
  asked: string | undefined,
  { before, after }: Written,
  paths: readonly Path[],
): Item | undefined {
  switch (asked) {
    case "ALL_OLD":
      return before?.item
    case "ALL_NEW":
      return after?.item
    case "UPDATED_OLD":
      return before && unlessEmpty(projectItem(before.item, paths))
    case "UPDATED_NEW":
      return after && unlessEmpty(projectItem(after.item, after.touchedPaths ?? paths))
    default:
      return undefined
  }
}

const unlessEmpty = (item: Item): Item | undefined => (Object.keys(item).length > 0 ? item : undefined)
