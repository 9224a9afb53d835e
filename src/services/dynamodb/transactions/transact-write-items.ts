import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { collectionMetrics } from "../batches/batch-write-item.ts"
import { onItem } from "../items/access.ts"
import { addWrite, newUsage } from "../items/capacity.ts"
import { writeItems } from "../items/write.ts"
import { getTable } from "../tables/find.ts"
import type { Table } from "../tables/record.ts"
import { parsePart, requestOf } from "./parts.ts"
import { assertDistinctItems, assertTotalSize, reasonOfEach, throwReasons, untilReason } from "./reasons.ts"
import { fingerprintOf, isRepeated } from "./request-tokens.ts"
import { createTally } from "./tally.ts"

const ENCLOSING = "TransactWriteItems"

export const TransactWriteItems = operation(TransactWriteItemsCommand, {
  access: ({ TransactItems, ReturnConsumedCapacity }, scope) =>
    TransactItems.map((item) => {
      const { action, request } = requestOf(item)
      const asked = { ...request, TableName: request.TableName!, ReturnConsumedCapacity }
      return onItem(asked, scope, { action, enclosing: ENCLOSING, writes: true })
    }),

  async handle(input, context) {
    const { TransactItems, ClientRequestToken, ReturnConsumedCapacity, ReturnItemCollectionMetrics } = input
    const parts = TransactItems.map(parsePart)
    assertTotalSize(parts.map(({ bytes }) => bytes))
    const tables: Table[] = []
    for (const { name } of parts) tables.push(await getTable(name, context))
    const writes = untilReason(parts, ({ prepare }, i) => prepare(tables[i]!))
    assertDistinctItems(writes)
    const token = ClientRequestToken === undefined ? undefined : fingerprintOf(ClientRequestToken)
    const fingerprint = token === undefined ? "" : fingerprintOf(TransactItems)
    const now = context.clock.now()
    const written = await writeItems(context, writes, async (perform, tx) => {
      if (token !== undefined && (await isRepeated(tx, context, token, fingerprint, now))) {
        return undefined
      }
      const done = await reasonOfEach(writes, (write) => perform(write, true))
      throwReasons(done.reasons)
      assertTotalSize(done.values.map(({ before, after }) => (after === before ? 0 : (after?.bytes ?? 0))))
      return done.values
    })
    // A repeated request changes nothing, and is paid for as a read.
    const tally = createTally(written ? "write" : "read")
    parts.forEach(({ name }, i) => {
      const table = tables[i]!
      const usage = newUsage()
      if (written) addWrite(usage, table, written[i]!.before, written[i]!.after)
      else usage.table = 1
      const total = tally.of(name, table)
      total.table += 2 * usage.table
      for (const [index, units] of usage.indexes) total.indexes.set(index, (total.indexes.get(index) ?? 0) + 2 * units)
    })
    const batches = parts.map(({ name, key }, i) => ({ name, table: tables[i]!, keys: [key] }))
    const metrics = collectionMetrics(ReturnItemCollectionMetrics, batches)
    return {
      ...tally.consumed(ReturnConsumedCapacity),
      ...(metrics && { ItemCollectionMetrics: metrics }),
    }
  },
})
