import type {
  AttributeDefinition,
  GlobalSecondaryIndexUpdate,
  UpdateGlobalSecondaryIndexAction,
  UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { indexInUse, indexNotFound, invalid, invalidParameter, limitExceeded } from "../errors.ts"
import { assertIndexes, assertKeysDefined, type IndexSchema, MAXIMUM_GLOBAL, parseKeyElements } from "./check-schema.ts"
import { newIndexRecord } from "./new-index.ts"
import type { IndexRecord, TableRecord } from "./record.ts"
import { limitsOf, since, throughputOf, warmerOf, warmthOf } from "./throughput.ts"

/** A table with its indexes changed. */
interface Changed {
  record: TableRecord
  created?: string
  deleted?: string
}

/** What can be said against the updates without the table. The texts of this file are recorded (10-2026). */
export function assertIndexUpdates({ GlobalSecondaryIndexUpdates: updates = [] }: UpdateTableCommandInput): void {
  const names = new Set<string>()
  for (const update of updates) {
    const name = nameOf(update)
    const warm = update.Update?.WarmThroughput
    if (warm && warm.ReadUnitsPerSecond === undefined && warm.WriteUnitsPerSecond === undefined) {
      throw invalidParameter(
        `WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond specified for index: ${name}`,
      )
    }
    if (names.has(name)) {
      throw invalidParameter(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${name}`,
      )
    }
    names.add(name)
  }
}

function nameOf({ Create, Update, Delete }: GlobalSecondaryIndexUpdate): string {
  const given = [Create, Update, Delete].filter((action) => action !== undefined)
  if (given.length === 0) {
    throw invalidParameter(
      "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
    )
  }
  if (given.length > 1) {
    throw invalidParameter("Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object")
  }
  return given[0]!.IndexName!
}

/** `record` has its new billing already; `switched`: that is another mode than before. */
export function changeIndexes(
  record: TableRecord,
  input: UpdateTableCommandInput,
  switched: boolean,
  now: number,
): Changed {
  const updates = input.GlobalSecondaryIndexUpdates ?? []
  assertOneAtATime(record, updates)
  const changed: Changed = { record }
  for (const update of updates) {
    const { indexes } = changed.record
    const name = nameOf(update)
    const existing = indexes.find((index) => index.name === name)
    if (update.Create) {
      if (existing) throw invalid("Attempting to create an index which already exists")
      Object.assign(changed, createIndex(changed.record, update.Create, input.AttributeDefinitions))
      continue
    }
    if (!existing) throw indexNotFound(name, record.name)
    if (!existing.isGlobal) {
      throw invalid(
        `Cannot ${update.Delete ? "delete" : "update"} an index that is not a GlobalSecondaryIndex: ${name}`,
      )
    }
    if (existing.state === "DELETING") throw indexInUse(record.name, name, "deleted")
    if (update.Delete) {
      Object.assign(changed, deleteIndex(changed.record, name))
      continue
    }
    if (existing.state === "CREATING") throw indexInUse(record.name, name, "created")
    const index = changeIndex(changed.record, existing, update.Update!, switched, now)
    changed.record = { ...changed.record, indexes: indexes.map((one) => (one === existing ? index : one)) }
  }
  return changed
}

/** Counting those that are under way; but one that is being made may be given up. */
function assertOneAtATime({ indexes }: TableRecord, updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const changes = updates.filter(({ Create, Delete }) => Create ?? Delete)
  const underWay = indexes.filter(({ state }) => state !== undefined)
  const others = underWay.filter(({ name }) => changes.every((change) => nameOf(change) !== name))
  if (changes.length === 0 || changes.length + others.length <= 1) return
  throw limitExceeded(
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
  )
}

function changeIndex(
  { billing: { mode } }: TableRecord,
  index: IndexRecord,
  { ProvisionedThroughput, OnDemandThroughput, WarmThroughput }: UpdateGlobalSecondaryIndexAction,
  switched: boolean,
  now: number,
): IndexRecord {
  const { name } = index
  const limits = limitsOf(OnDemandThroughput, { mode, index: name }, true)
  const warm = warmerOf(WarmThroughput, name, warmthOf(index.warm, index.throughput))
  if (mode === "PAY_PER_REQUEST" && (ProvisionedThroughput || !(limits || warm))) {
    throw invalidParameter(
      `The only Updates for index: ${name} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
    )
  }
  return {
    ...index,
    ...(ProvisionedThroughput &&
      !switched && { throughput: since(index.throughput, throughputOf(ProvisionedThroughput), now, name) }),
    ...(limits && { onDemand: { ...index.onDemand, ...limits } }),
    ...(warm && { warm }),
  }
}

function createIndex(
  record: TableRecord,
  create: NonNullable<GlobalSecondaryIndexUpdate["Create"]>,
  definitions: readonly AttributeDefinition[] | undefined,
): Changed {
  const name = create.IndexName!
  if (!definitions) throw invalidParameter(`AttributeDefinitions is not specified for index: ${name}`)
  const schema: IndexSchema = {
    name,
    isGlobal: true,
    key: parseKeyElements(create.KeySchema!),
    projection: create.Projection,
  }
  const schemas = [...record.indexes.map(schemaOf), schema]
  if (schemas.filter(({ isGlobal }) => isGlobal).length > MAXIMUM_GLOBAL) {
    throw limitExceeded(
      `Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of ${MAXIMUM_GLOBAL}`,
    )
  }
  // The index's own attributes are in the request; whatever else is there is not looked at.
  assertKeysDefined(definitions, schema.key)
  assertIndexes(record.key, schemas)
  const attributes = new Map(record.attributes.map((attribute) => [attribute.name, attribute]))
  for (const { AttributeName, AttributeType } of definitions) {
    if (!schema.key.some((element) => element.name === AttributeName)) continue
    const type = attributes.get(AttributeName!)?.type
    if (type !== undefined && type !== AttributeType) {
      throw invalidParameter(`Attribute ${AttributeName} cannot be redefined from ${type} to ${AttributeType}`)
    }
    attributes.set(AttributeName!, { name: AttributeName!, type: AttributeType! })
  }
  const { mode } = record.billing
  const { ProvisionedThroughput } = create
  if (mode === "PAY_PER_REQUEST" && ProvisionedThroughput) {
    throw invalidParameter(
      `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${name} when BillingMode is PAY_PER_REQUEST`,
    )
  }
  if (mode === "PROVISIONED" && !ProvisionedThroughput) {
    throw invalidParameter(`Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${name}`)
  }
  const index = { ...newIndexRecord(schema, mode, create), state: "CREATING" as const }
  return {
    record: { ...record, attributes: [...attributes.values()], indexes: [...record.indexes, index] },
    created: name,
  }
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

/** It goes when its entries are gone. */
function deleteIndex(record: TableRecord, name: string): Changed {
  const indexes = record.indexes.map((index) =>
    index.name === name ? { ...index, state: "DELETING" as const } : index,
  )
  return { record: { ...record, indexes }, deleted: name }
}
