import { DeleteTableCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalid } from "../errors.ts"
import { describeTable } from "./describe.ts"
import { readNamedTable, removeTable } from "./find.ts"
import { parseTableName } from "./table-name.ts"

export const DeleteTable = operation(DeleteTableCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    const address = parseTableName(TableName, context)
    const table = await context.store.transact(async (tx) => {
      const found = await readNamedTable(tx, address)
      if (found.record.isProtected) {
        throw invalid(
          "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
        )
      }
      await removeTable(tx, found.record)
      return found
    })
    const {
      TableName: name,
      TableStatus,
      ProvisionedThroughput,
      TableSizeBytes,
      ItemCount,
      TableArn,
      TableId,
      BillingModeSummary,
      DeletionProtectionEnabled,
    } = describeTable(table, "DELETING")
    return {
      TableDescription: {
        TableName: name,
        TableStatus,
        ProvisionedThroughput,
        TableSizeBytes,
        ItemCount,
        TableArn,
        TableId,
        ...(BillingModeSummary && { BillingModeSummary }),
        DeletionProtectionEnabled,
      },
    }
  },
})
