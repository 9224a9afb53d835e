import { type AttributeValue, BatchGetItemCommand, type KeysAndAttributes } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { writtenAs } from "../../../wire/index.ts"
import { invalid } from "../errors.ts"
import type { Path } from "../expressions/syntax.ts"
import { onItem } from "../items/access.ts"
import { describeUsage, newUsage, readUnits } from "../items/capacity.ts"
import { parseGetProjection, shownText } from "../items/get-item.ts"
import { isCapacityAsked } from "../items/put-item.ts"
import { findRow } from "../items/rows.ts"
import { getTable } from "../tables/find.ts"
import { assertScalarKeys } from "../tables/key-paths.ts"
import { getKeyBytes } from "../tables/key-values.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import { parseItem } from "../values/parse.ts"

/** API reference, BatchGetItem. */
const MAXIMUM_KEYS = 100
const MAXIMUM_BYTES = 16 * 1024 * 1024

interface TableRequest {
  name: string
  table: Table
  request: KeysAndAttributes
  keys: KeyBytes[]
  paths: Path[] | undefined
}

export const BatchGetItem = operation(BatchGetItemCommand, {
  access: ({ RequestItems, ReturnConsumedCapacity }, scope) =>
    Object.entries(RequestItems ?? {}).map(([TableName, request]) =>
      onItem({ ...request, TableName, ReturnConsumedCapacity }, scope, { reads: true }),
    ),

  async handle({ RequestItems, ReturnConsumedCapacity }, context) {
    assertRequested(RequestItems, "BatchGetItem")
    const parsed = Object.entries(RequestItems).map(([name, request]) => ({
      name,
      request,
      ...parseGetProjection(request),
    }))
    const total = parsed.reduce((sum, { request }) => sum + request.Keys!.length, 0)
    if (total > MAXIMUM_KEYS) throw invalid("Too many items requested for the BatchGetItem call")
    const tables: TableRequest[] = []
    for (const { name, request, paths, entered } of parsed) {
      const table = await getTable(name, context)
      assertScalarKeys(table, entered)
      const keys = request.Keys!.map((key) => getKeyBytes(table.key, parseItem(key)))
      assertNoDuplicates(keys)
      tables.push({ name, table, request, keys, paths })
    }
    const responses: string[] = []
    const unprocessed: Record<string, KeysAndAttributes> = Object.create(null)
    const usages = tables.map(newUsage)
    await context.store.read(async (tx) => {
      let bytes = 0
      for (const [i, { name, table, request, keys, paths }] of tables.entries()) {
        const found: string[] = []
        for (const [k, key] of keys.entries()) {
          const row = bytes > MAXIMUM_BYTES ? undefined : await findRow(tx, table, key)
          bytes += row?.size ?? 0
          if (bytes > MAXIMUM_BYTES) {
            unprocessed[name] = { ...request, Keys: request.Keys!.slice(k) }
            break
          }
          usages[i]!.table += readUnits(row?.size ?? 0, request.ConsistentRead ?? false)
          if (row) found.push(shownText(row, paths))
        }
        responses.push(`${JSON.stringify(name)}:[${found.join(",")}]`)
      }
    })
    return {
      Responses: writtenAs<Record<string, Record<string, AttributeValue>[]>>(`{${responses.join(",")}}`),
      UnprocessedKeys: unprocessed,
      ...(isCapacityAsked(ReturnConsumedCapacity) && {
        ConsumedCapacity: tables.map(({ name, table }, i) =>
          describeUsage(ReturnConsumedCapacity as "TOTAL", name, table, usages[i]!),
        ),
      }),
    }
  },
})

export function assertRequested(items: object | undefined, operationName: string): void {
  if (items && Object.keys(items).length > 0) return
  throw invalid(`The requestItems parameter is required for ${operationName}`)
}

export function assertNoDuplicates(keys: readonly KeyBytes[]): void {
  const seen = new Set(keys.map(({ pk, sk }) => `${pk.toString("base64")} ${sk.toString("base64")}`))
  if (seen.size !== keys.length) throw invalid("Provided list of item keys contains duplicates")
}
