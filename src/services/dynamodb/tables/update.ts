import { type TableDescription, UpdateTableCommand, type UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { addEntries, removeEntries } from "./backfill.ts"
import { countContents, describeTable } from "./describe.ts"
import { readNamedTable, updateTable } from "./find.ts"
import type { TableRecord } from "./record.ts"
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
    const description = await context.store.transact(async (tx) => {
      const before = await readNamedTable(tx, address)
      const settings = changeSettings(before.record, input, context, now)
      const switched = settings.billing.mode !== before.record.billing.mode
      const { record, created, deleted } = changeIndexes(settings, input, switched, now)
      const table = await updateTable(tx, record)
      if (deleted !== undefined) await removeEntries(tx, record.id, deleted)
      if (created !== undefined) await addEntries(tx, table, created)
      return withIndexStates(
        describeTable(table, "UPDATING", await countContents(tx, before)),
        created,
        before.record,
        deleted,
      )
    })
    return { TableDescription: description }
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

/** The answer tells what is under way; by the next request it is done. */
function withIndexStates(
  description: TableDescription,
  created: string | undefined,
  before: TableRecord,
  deleted: string | undefined,
): TableDescription {
  const indexes = (description.GlobalSecondaryIndexes ?? []).map((index) =>
    index.IndexName === created ? { ...index, IndexStatus: "CREATING" as const, Backfilling: false } : index,
  )
  const gone = before.indexes.find(({ name }) => name === deleted)
  if (gone) {
    const { name, key, projection } = gone
    indexes.push({
      IndexName: name,
      KeySchema: key.map((element) => ({ AttributeName: element.name, KeyType: element.type })),
      Projection: { ProjectionType: projection.type },
      IndexStatus: "DELETING",
      IndexArn: `${description.TableArn}/index/${name}`,
    })
  }
  return indexes.length === 0 ? description : { ...description, GlobalSecondaryIndexes: indexes }
}
