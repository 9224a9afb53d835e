import type { GlobalSecondaryIndexUpdate, UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { indexInUse, invalidParameter, limitExceeded, resourceNotFound } from "../errors.ts"
import {
  assertCounts,
  assertDefinitions,
  assertIndexes,
  type IndexSchema,
  MAXIMUM_GLOBAL,
  parseKeyElements,
  tooManyGlobals,
} from "./check-schema.ts"
import { newIndexRecord } from "./create.ts"
import type { IndexRecord, TableRecord } from "./record.ts"
import { limitsOf, parseIndexThroughput, since, throughputOf, warmOf } from "./throughput.ts"

/** A table with its indexes changed. */
interface Changed {
  record: TableRecord
  created?: string
  deleted?: string
}

export function changeIndexes(record: TableRecord, input: UpdateTableCommandInput, now: number): Changed {
  const updates = input.GlobalSecondaryIndexUpdates ?? []
  if (updates.length > MAXIMUM_GLOBAL) throw tooManyGlobals()
  const names = new Set<string>()
  const repeated = updates.map(nameOf).find((name) => names.size === names.add(name).size)
  if (repeated !== undefined) {
    throw invalidParameter(
      `Only one global secondary index update per index is allowed simultaneously. Index: ${repeated}`,
    )
  }
  if (updates.filter(({ Create, Delete }) => Create ?? Delete).length > 1) {
    throw limitExceeded(
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
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

function changeIndex(
  changed: Changed,
  update: GlobalSecondaryIndexUpdate,
  input: UpdateTableCommandInput,
  now: number,
): Changed {
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
  assertCounts([...schemas, schema])
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
