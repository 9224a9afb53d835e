import { type TableDescription, UpdateTableCommand, type UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { operation, type Scope } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { invalid, invalidParameter } from "../errors.ts"
import { addEntries, removeEntries } from "./backfill.ts"
import { countContents, describeTable } from "./describe.ts"
import { encryptionOf, streamOf } from "./features.ts"
import { readNamedTable, updateTable } from "./find.ts"
import type { IndexRecord, TableRecord, Throughput } from "./record.ts"
import { parseTableName } from "./table-name.ts"
import { limitsOf, parseIndexThroughput, parseTableThroughput, since, warmOf } from "./throughput.ts"
import { changeIndexes } from "./update-indexes.ts"

export const UpdateTable = operation(UpdateTableCommand, {
  access: onTable,
  async handle(input, context) {
    const address = parseTableName(input.TableName, context)
    assertSomething(input)
    refuseUnbuilt(input)
    const now = context.clock.now()
    const description = await context.store.transact(async (tx) => {
      const before = await readNamedTable(tx, address)
      const settings = changeSettings(before.record, input, context, now)
      const { record, created, deleted } = changeIndexes(settings, input, now)
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

function assertSomething(input: UpdateTableCommandInput): void {
  const { TableName: _, AttributeDefinitions: __, ...changes } = input
  if (Object.values(changes).some((change) => change !== undefined)) return
  throw invalid(
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
  )
}

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

/** All but the indexes. */
function changeSettings(record: TableRecord, input: UpdateTableCommandInput, scope: Scope, now: number): TableRecord {
  const mode = input.BillingMode ?? record.billing.mode
  const changed: TableRecord = { ...record }
  if (mode !== record.billing.mode) {
    changed.billing = { mode, ...(mode === "PAY_PER_REQUEST" && { onDemandSince: now }) }
    changed.throughput = parseTableThroughput(mode, input.ProvisionedThroughput)
    changed.indexes = record.indexes.map((index) => ({ ...index, throughput: newThroughputOf(index, mode, input) }))
  } else if (input.ProvisionedThroughput) {
    const asked = parseTableThroughput(mode, input.ProvisionedThroughput)
    assertThroughputChanges(record.throughput, asked)
    changed.throughput = since(record.throughput, asked, now)
  }
  if (input.OnDemandThroughput) changed.onDemand = { ...record.onDemand, ...limitsOf(input.OnDemandThroughput) }
  const warm = warmOf(input.WarmThroughput)
  if (warm) changed.warm = warm
  if (input.StreamSpecification) changeStream(changed, input.StreamSpecification, now)
  if (input.SSESpecification) {
    const encryption = encryptionOf(input.SSESpecification, scope)
    if (encryption) changed.encryption = encryption
    else delete changed.encryption
  }
  if (input.TableClass) changed.tableClass = { name: input.TableClass, updatedAt: now }
  if (input.DeletionProtectionEnabled !== undefined) changed.isProtected = input.DeletionProtectionEnabled
  return changed
}

function changeStream(
  record: TableRecord,
  given: NonNullable<UpdateTableCommandInput["StreamSpecification"]>,
  now: number,
): void {
  if (given.StreamEnabled && record.stream)
    throw invalid("Table already has an enabled stream: TableName: ".concat(record.name))
  if (!given.StreamEnabled && !record.stream)
    throw invalid("Table has no stream to disable: TableName: ".concat(record.name))
  const stream = streamOf(given, now)
  if (stream) record.stream = stream
  else delete record.stream
}

/** An index of a table that becomes provisioned is given its throughput in the same request. */
function newThroughputOf(
  index: IndexRecord,
  mode: "PROVISIONED" | "PAY_PER_REQUEST",
  input: UpdateTableCommandInput,
): Throughput {
  if (!index.isGlobal || mode === "PAY_PER_REQUEST") return { read: 0, write: 0 }
  const update = input.GlobalSecondaryIndexUpdates?.find(({ Update }) => Update?.IndexName === index.name)?.Update
  return parseIndexThroughput(mode, index.name, update?.ProvisionedThroughput)
}

function assertThroughputChanges(current: Throughput, asked: Throughput): void {
  if (current.read !== asked.read || current.write !== asked.write) return
  throw invalid(
    "The provisioned throughput for the table will not change. The requested value equals the current value. " +
      `Current ReadCapacityUnits provisioned for the table: ${current.read}. Requested ReadCapacityUnits: ${asked.read}. ` +
      `Current WriteCapacityUnits provisioned for the table: ${current.write}. Requested WriteCapacityUnits: ${asked.write}. ` +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
  )
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
