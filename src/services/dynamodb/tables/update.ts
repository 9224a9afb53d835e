import { UpdateTableCommand, type UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { changeStream } from "../streams/settings.ts"
import { findContents } from "./contents.ts"
import { describeTable } from "./describe.ts"
import { readNamedTable, updateTable } from "./find.ts"
import { EMPTY_INDEX, enqueueEmptying, enqueueFill, FILL_INDEX, indexJobKey } from "./index-work.ts"
import { parseTableName } from "./table-name.ts"
import { assertCombination } from "./update-combinations.ts"
import { assertIndexUpdates, changeIndexes } from "./update-indexes.ts"
import { changeSettings } from "./update-settings.ts"

export const UpdateTable = operation(UpdateTableCommand, {
  access: onTable,
  async handle(input, context) {
    const address = parseTableName(input.TableName, context)
    assertIndexUpdates(input)
    assertCombination(input)
    refuseUnbuilt(input)
    const now = context.clock.now()
    const changed = await context.store.transact(async (tx) => {
      const before = await readNamedTable(tx, address)
      const settings = changeSettings(before.record, input, context, now)
      const switched = settings.billing.mode !== before.record.billing.mode
      const { record: indexed, created, deleted } = changeIndexes(settings, input, switched, now)
      const { StreamSpecification: stream } = input
      const record = stream ? await changeStream(tx, context, indexed, stream, now) : indexed
      const table = await updateTable(tx, record)
      if (deleted !== undefined) await enqueueEmptying(tx, context, record, deleted)
      if (created !== undefined) await enqueueFill(tx, context, record, created)
      const { contents } = await findContents(tx, before)
      return { description: describeTable(table, "UPDATING", contents), id: record.id, created, deleted }
    })
    await firstPieces(context, changed)
    return { TableDescription: changed.description }
  },
})

/** Tables of several regions are not kept here. */
function refuseUnbuilt({
  ReplicaUpdates,
  MultiRegionConsistency,
  GlobalTableWitnessUpdates,
}: UpdateTableCommandInput): void {
  if (ReplicaUpdates?.length || MultiRegionConsistency !== undefined || GlobalTableWitnessUpdates?.length) {
    throw invalidParameter("Global tables are not supported")
  }
}

/** What is small is done when the caller hears of it. */
async function firstPieces(
  { work }: Pick<CallContext, "work">,
  { id, created, deleted }: { id: string; created: string | undefined; deleted: string | undefined },
): Promise<void> {
  if (created !== undefined) await work.firstPiece(FILL_INDEX, indexJobKey(id, created))
  if (deleted !== undefined) await work.firstPiece(EMPTY_INDEX, indexJobKey(id, deleted))
}
