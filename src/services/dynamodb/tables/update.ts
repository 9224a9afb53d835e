import {
  type GlobalSecondaryIndexUpdate,
  type TableDescription,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { operation, type Scope } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { indexInUse, invalid, invalidParameter, limitExceeded, resourceNotFound } from "../errors.ts"
import { addEntries, removeEntries } from "./backfill.ts"
import { assertDefinitions, assertIndexes, type IndexSchema, parseKeyElements } from "./check-schema.ts"
import { newIndexRecord } from "./create.ts"
import { countContents, describeTable } from "./describe.ts"
import { encryptionOf, streamOf } from "./features.ts"
import { readNamedTable, updateTable } from "./find.ts"
import type { IndexRecord, TableRecord, Throughput } from "./record.ts"
import { parseTableName } from "./table-name.ts"
import { limitsOf, parseIndexThroughput, parseTableThroughput, throughputOf, warmOf } from "./throughput.ts"

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
      return withIndexStates(describeTable(table, "UPDATING", await countContents(tx, before)), created, before.record, deleted)
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
function refuseUnbuilt({ ReplicaUpdates, MultiRegionConsistency, GlobalTableWitnessUpdates }: UpdateTableCommandInput): void {
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

function changeStream(record: TableRecord, given: NonNullable<UpdateTableCommandInput["StreamSpecification"]>, now: number): void {
  if (given.StreamEnabled && record.stream) throw invalid("Table already has an enabled stream: TableName: ".concat(record.name))
  if (!given.StreamEnabled && !record.stream) throw invalid("Table has no stream to disable: TableName: ".concat(record.name))
  const stream = streamOf(given, now)
  if (stream) record.stream = stream
  else delete record.stream
}

/** An index of a table that becomes provisioned is given its throughput in the same request. */
function newThroughputOf(index: IndexRecord, mode: "PROVISIONED" | "PAY_PER_REQUEST", input: UpdateTableCommandInput): Throughput {
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

const since = (current: Throughput, asked: Throughput, now: number): Throughput => ({
  ...current,
  ...asked,
  ...((asked.read > current.read || asked.write > current.write) && { increasedAt: now }),
  ...((asked.read < current.read || asked.write < current.write) && { decreasedAt: now }),
})

interface Changed {
  record: TableRecord
  created?: string
  deleted?: string
}

function changeIndexes(record: TableRecord, input: UpdateTableCommandInput, now: number): Changed {
  const updates = input.GlobalSecondaryIndexUpdates ?? []
  const names = updates.map(nameOf)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) {
    throw invalidParameter(`Only one global secondary index update per index is allowed simultaneously. Index: ${repeated}`)
  }
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1) {
    throw limitExceeded("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
  }
  return updates.reduce<Changed>((changed, update) => changeIndex(changed, update, input, now), { record })
}

const nameOf = ({ Create, Update, Delete }: GlobalSecondaryIndexUpdate): string => {
  const given = [Create, Update, Delete].filter((action) => action !== undefined)
  if (given.length !== 1) {
    throw invalidParameter("One of GlobalSecondaryIndexUpdate's Create, Update or Delete must be set")
  }
  return given[0]!.IndexName!
}

function changeIndex(changed: Changed, update: GlobalSecondaryIndexUpdate, input: UpdateTableCommandInput, now: number): Changed {
  const { record } = changed
  const name = nameOf(update)
  const existing = record.indexes.find((index) => index.name === name)
  if (update.Create) {
    if (existing) throw indexInUse(`Attempting to create an index which already exists: ${name}`)
    return createIndex(record, update.Create, input)
  }
  if (!existing?.isGlobal) throw resourceNotFound()
  if (update.Delete) return deleteIndex(record, name)
  const { ProvisionedThroughput, OnDemandThroughput, WarmThroughput } = update.Update!
  if (ProvisionedThroughput && record.billing.mode === "PAY_PER_REQUEST") {
    parseIndexThroughput(record.billing.mode, name, ProvisionedThroughput)
  }
  const onDemand = limitsOf(OnDemandThroughput)
  const warm = warmOf(WarmThroughput)
  const index: IndexRecord = {
    ...existing,
    ...(ProvisionedThroughput && { throughput: since(existing.throughput, throughputOf(ProvisionedThroughput), now) }),
    ...(onDemand && { onDemand: { ...existing.onDemand, ...onDemand } }),
    ...(warm && { warm }),
  }
  return { ...changed, record: { ...record, indexes: record.indexes.map((one) => (one === existing ? index : one)) } }
}

function createIndex(
  record: TableRecord,
  create: NonNullable<GlobalSecondaryIndexUpdate["Create"]>,
  input: UpdateTableCommandInput,
): Changed {
  const schema: IndexSchema = {
    name: create.IndexName!,
    isGlobal: true,
    key: parseKeyElements(create.KeySchema!),
    projection: create.Projection,
  }
  const schemas = record.indexes.map(schemaOf)
  // Definitions that were given before need not be given again.
  const given = new Map(record.attributes.map(({ name, type }) => [name, type]))
  for (const { AttributeName, AttributeType } of input.AttributeDefinitions ?? []) {
    const type = given.get(AttributeName!)
    if (type !== undefined && type !== AttributeType) {
      throw invalidParameter(`Attribute ${AttributeName} cannot be redefined from ${type} to ${AttributeType}`)
    }
    given.set(AttributeName!, AttributeType!)
  }
  const definitions = [...given].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }))
  assertDefinitions(definitions, record.key, [...schemas, schema])
  assertIndexes(record.key, [...schemas, schema])
  const onDemand = limitsOf(create.OnDemandThroughput)
  const warm = warmOf(create.WarmThroughput)
  const index: IndexRecord = {
    ...newIndexRecord(schema),
    throughput: parseIndexThroughput(record.billing.mode, schema.name, create.ProvisionedThroughput),
    ...(onDemand && { onDemand }),
    ...(warm && { warm }),
  }
  const attributes = [...given].map(([name, type]) => ({ name, type }))
  return { record: { ...record, attributes, indexes: [...record.indexes, index] }, created: schema.name }
}

const schemaOf = ({ name, isGlobal, key, projection }: IndexRecord): IndexSchema => ({
  name,
  isGlobal,
  key,
  projection: {
    ProjectionType: projection.type,
    ...(projection.attributes && { NonKeyAttributes: projection.attributes }),
  },
})

/** Attributes that nothing is keyed by any more are no longer defined. */
function deleteIndex(record: TableRecord, name: string): Changed {
  const indexes = record.indexes.filter((index) => index.name !== name)
  const used = new Set([record.key, ...indexes.map(({ key }) => key)].flat().map((element) => element.name))
  const attributes = record.attributes.filter((attribute) => used.has(attribute.name))
  return { record: { ...record, indexes, attributes }, deleted: name }
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
