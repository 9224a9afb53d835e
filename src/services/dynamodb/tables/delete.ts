import { DeleteTableCommand } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalid } from "../errors.ts"
import { endDestinations } from "../kinesis/settings.ts"
import { disableStream } from "../streams/settings.ts"
import { DELETE_TABLE } from "./delete-work.ts"
import { describeDeleting } from "./describe.ts"
import { readNamedTable, updateTable } from "./find.ts"
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
      const now = context.clock.now()
      const record = await disableStream(tx, context, found.record, now)
      await endDestinations(tx, context, record)
      const deleting = await updateTable(tx, { ...record, deletingSince: now })
      const { id, account, region, name } = found.record
      await context.work.enqueue(tx, { kind: DELETE_TABLE, key: id, body: { account, region, name } })
      return deleting
    })
    await context.work.firstPiece(DELETE_TABLE, table.id)
    return { TableDescription: describeDeleting(table) }
  },
})
