import { BatchWriteItemCommand, type ItemCollectionMetrics, type WriteRequest } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { invalid, keyMismatch } from "../errors.ts"
import { onItem } from "../items/access.ts"
import { addWrite, describeUsage, newUsage } from "../items/capacity.ts"
import { parseDelete, prepareDelete } from "../items/delete-item.ts"
import { itemCollectionMetrics } from "../items/item-collections.ts"
import { isCapacityAsked, parsePut, preparePut } from "../items/put-item.ts"
import { type Write, type Written, writeItems } from "../items/write.ts"
import { getTable } from "../tables/find.ts"
import type { Table } from "../tables/record.ts"
import type { Item } from "../values/attribute-value.ts"
import { assertNoDuplicates, assertRequested } from "./batch-get-item.ts"

/** API reference, BatchWriteItem. */
const MAXIMUM_WRITES = 25

export const BatchWriteItem = operation(BatchWriteItemCommand, {
  access: ({ RequestItems, ReturnConsumedCapacity }, scope) =>
    Object.entries(RequestItems ?? {}).map(([TableName, requests]) => {
      const Keys = requests.flatMap(({ PutRequest, DeleteRequest }) =>
        [PutRequest?.Item, DeleteRequest?.Key].filter((attributes) => attributes !== undefined),
      )
      return onItem({ TableName, Keys, ReturnConsumedCapacity }, scope)
    }),

  async handle({ RequestItems, ReturnConsumedCapacity, ReturnItemCollectionMetrics }, context) {
    assertRequested(RequestItems, "BatchWriteItem")
    const total = Object.values(RequestItems).reduce((sum, requests) => sum + requests.length, 0)
    if (total > MAXIMUM_WRITES) throw invalid("Too many items requested for the BatchWriteItem call")
    const parsed = Object.entries(RequestItems).map(([name, requests]) => ({
      name,
      changes: requests.map(parseRequest),
    }))
    const batches: { name: string; table: Table; writes: Write[]; keys: Item[] }[] = []
    for (const { name, changes } of parsed) {
      const table = await getTable(name, context)
      const writes = changes.map(({ prepare }) => prepare(table))
      assertNoDuplicates(writes.map(({ key }) => key))
      batches.push({ name, table, writes, keys: changes.map(({ key }) => key) })
    }
    const wantsBefore = isCapacityAsked(ReturnConsumedCapacity)
    const writes = batches.flatMap(({ writes }) => writes)
    const written = await writeItems(context, writes, async (perform) => {
      const all: Written[][] = []
      for (const { writes } of batches) {
        const done: Written[] = []
        for (const write of writes) done.push(await perform(write, wantsBefore))
        all.push(done)
      }
      return all
    })
    const metrics = collectionMetrics(ReturnItemCollectionMetrics, batches)
    return {
      UnprocessedItems: {},
      ...(wantsBefore && {
        ConsumedCapacity: batches.map(({ name, table }, i) => {
          const usage = newUsage()
          for (const { before, after } of written[i]!) addWrite(usage, table, before, after)
          return describeUsage(ReturnConsumedCapacity as "TOTAL", name, table, usage)
        }),
      }),
      ...(metrics && { ItemCollectionMetrics: metrics }),
    }
  },
})

interface ParsedRequest {
  key: Item
  prepare(table: Table): Write
}

function parseRequest({ PutRequest, DeleteRequest }: WriteRequest): ParsedRequest {
  if (PutRequest && DeleteRequest) {
    // UNVERIFIED: the text.
    throw invalid(
      "Supplied WriteRequest has more than one request set, must contain exactly one of PutRequest or DeleteRequest",
    )
  }
  if (PutRequest) {
    const put = parsePut({ Item: PutRequest.Item! })
    return { key: put.item, prepare: (table) => matching(table, () => preparePut(table, put, undefined), put.item) }
  }
  if (DeleteRequest) {
    const deletion = parseDelete({ Key: DeleteRequest.Key! })
    return { key: deletion.key, prepare: (table) => prepareDelete(table, deletion, undefined) }
  }
  throw invalid("Supplied WriteRequest is empty, must contain exactly one of PutRequest or DeleteRequest")
}

/** An item without its key is refused in other words than PutItem has (recorded 08-10-2025). */
function matching(table: Table, prepare: () => Write, item: Item): Write {
  try {
    return prepare()
  } catch (error) {
    const isWhole = table.key.all.every(({ name, type }) => item[name] !== undefined && type in item[name])
    throw error instanceof WireError && !isWhole ? keyMismatch() : error
  }
}

export function collectionMetrics(
  asked: "SIZE" | "NONE" | undefined,
  batches: readonly { name: string; table: Table; keys: readonly Item[] }[],
): Record<string, ItemCollectionMetrics[]> | undefined {
  if (asked !== "SIZE") return undefined
  const metrics: Record<string, ItemCollectionMetrics[]> = Object.create(null)
  for (const { name, table, keys } of batches) {
    const ofTable = keys.flatMap((key) => itemCollectionMetrics(asked, table, key) ?? [])
    if (ofTable.length > 0) metrics[name] = ofTable
  }
  return metrics
}
