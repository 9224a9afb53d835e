import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalid } from "../errors.ts"
import { addEntries, removeEntries } from "../tables/backfill.ts"
import { getNamedTable, readNamedTable, updateTable } from "../tables/find.ts"
import { TIME_TO_LIVE_INDEX } from "../tables/record.ts"
import { parseTableName } from "../tables/table-name.ts"

export const DescribeTimeToLive = operation(DescribeTimeToLiveCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    const { timeToLive } = (await getNamedTable(TableName, context)).record
    return {
      TimeToLiveDescription:
        timeToLive === undefined
          ? { TimeToLiveStatus: "DISABLED" as const }
          : { TimeToLiveStatus: "ENABLED" as const, AttributeName: timeToLive },
    }
  },
})

export const UpdateTimeToLive = operation(UpdateTimeToLiveCommand, {
  access: onTable,
  async handle({ TableName, TimeToLiveSpecification }, context) {
    const address = parseTableName(TableName, context)
    const { Enabled, AttributeName } = TimeToLiveSpecification
    await context.store.transact(async (tx) => {
      const { record } = await readNamedTable(tx, address)
      if (Enabled) {
        if (record.timeToLive === AttributeName) throw invalid("TimeToLive is already enabled")
        if (record.timeToLive !== undefined) {
          throw invalid(
            `TimeToLive is active on a different AttributeName: current AttributeName is ${record.timeToLive}`,
          )
        }
        const table = await updateTable(tx, { ...record, timeToLive: AttributeName! })
        await addEntries(tx, table, TIME_TO_LIVE_INDEX)
        return
      }
      if (record.timeToLive === undefined) throw invalid("TimeToLive is already disabled")
      if (record.timeToLive !== AttributeName) {
        throw invalid(
          `TimeToLive is active on a different AttributeName: current AttributeName is ${record.timeToLive}`,
        )
      }
      const { timeToLive: _, ...rest } = record
      await updateTable(tx, rest)
      await removeEntries(tx, record.id, TIME_TO_LIVE_INDEX)
    })
    return { TimeToLiveSpecification }
  },
})
