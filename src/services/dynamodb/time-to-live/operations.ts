import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalid } from "../errors.ts"
import { getNamedTable, readNamedTable, updateTable } from "../tables/find.ts"
import { EMPTY_INDEX, enqueueEmptying, enqueueFill, FILL_INDEX, indexJobKey } from "../tables/index-work.ts"
import { type TableRecord, TIME_TO_LIVE_INDEX } from "../tables/record.ts"
import { parseTableName } from "../tables/table-name.ts"
import { enqueueExpiry } from "./expiry.ts"

export const DescribeTimeToLive = operation(DescribeTimeToLiveCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    const { timeToLive, timeToLiveState } = (await getNamedTable(TableName, context)).record
    return {
      TimeToLiveDescription:
        timeToLive === undefined
          ? { TimeToLiveStatus: "DISABLED" as const }
          : { TimeToLiveStatus: timeToLiveState ?? ("ENABLED" as const), AttributeName: timeToLive },
    }
  },
})

export const UpdateTimeToLive = operation(UpdateTimeToLiveCommand, {
  access: onTable,
  async handle({ TableName, TimeToLiveSpecification }, context) {
    const address = parseTableName(TableName, context)
    const { Enabled, AttributeName } = TimeToLiveSpecification
    const { id } = await context.store.transact(async (tx) => {
      const { record } = await readNamedTable(tx, address)
      assertChanges(record, Enabled, AttributeName)
      if (Enabled) {
        await updateTable(tx, { ...record, timeToLive: AttributeName, timeToLiveState: "ENABLING" })
        await enqueueFill(tx, context, record, TIME_TO_LIVE_INDEX)
        await enqueueExpiry(tx, context, record)
      } else {
        await updateTable(tx, { ...record, timeToLiveState: "DISABLING" })
        await enqueueEmptying(tx, context, record, TIME_TO_LIVE_INDEX)
      }
      return record
    })
    await context.work.firstPiece(Enabled ? FILL_INDEX : EMPTY_INDEX, indexJobKey(id, TIME_TO_LIVE_INDEX))
    return { TimeToLiveSpecification }
  },
})

function assertChanges({ timeToLive, timeToLiveState }: TableRecord, isEnabled: boolean, attribute: string): void {
  if (isEnabled && timeToLive === attribute && timeToLiveState !== "DISABLING")
    throw invalid("TimeToLive is already enabled")
  if (!isEnabled && (timeToLive === undefined || timeToLiveState === "DISABLING"))
    throw invalid("TimeToLive is already disabled")
  // aws/aws-cdk #13720.
  if (timeToLiveState !== undefined)
    throw invalid("Time to live has been modified multiple times within a fixed interval")
  if (timeToLive !== undefined && timeToLive !== attribute) {
    throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${timeToLive}`)
  }
}
