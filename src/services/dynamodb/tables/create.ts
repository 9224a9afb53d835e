import { CreateTableCommand, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import { randomUUID } from "../../../base/random.ts"
import { operation, type Scope } from "../../../operation.ts"
import { arnOf } from "../access.ts"
import { invalidParameter, tableExists } from "../errors.ts"
import { parsePolicy } from "../policies/parse.ts"
import { enableStream, parseNewStream } from "../streams/settings.ts"
import { parseTags } from "../tags.ts"
import {
  assertCounts,
  assertDefinitions,
  assertIndexes,
  assertKeyOrder,
  type IndexSchema,
  parseKeyElements,
} from "./check-schema.ts"
import { describeNewTable } from "./describe.ts"
import { assertTableClass, encryptionOf } from "./features.ts"
import { assertNotDeleting, insertTable, readTable } from "./find.ts"
import { newIndexRecord } from "./new-index.ts"
import { compileTable, type TableRecord } from "./record.ts"
import { parseNewTableName } from "./table-name.ts"
import { limitsOf, newWarmOf, parseTableThroughput } from "./throughput.ts"

export const CreateTable = operation(CreateTableCommand, {
  access(input, scope) {
    const resource = arnOf(input.TableName, scope)
    const context = requestTagContext(input.Tags)
    const needed: Requirement[] = [{ resource, context }]
    if (input.Tags?.length) needed.push({ action: "dynamodb:TagResource", resource, context })
    if (input.ResourcePolicy !== undefined) needed.push({ action: "dynamodb:PutResourcePolicy", resource })
    return needed
  },

  async handle(input, { store, clock, work, account, region }) {
    const now = clock.now()
    const asked = parseTable(input, { account, region }, now)
    const view = parseNewStream(input.StreamSpecification)
    const record = await store.transact(async (tx) => {
      const existing = await readTable(tx, asked)
      if (existing) assertNotDeleting(existing)
      if (existing) throw tableExists(asked.name)
      const made = view ? await enableStream(tx, { work, store }, asked, view, now) : asked
      await insertTable(tx, made)
      return made
    })
    return { TableDescription: describeNewTable(compileTable(record), input) }
  },
})

function parseTable(input: CreateTableCommandInput, scope: Scope, now: number): TableRecord {
  const { account, region, name } = parseNewTableName(input.TableName!, scope)
  const mode = input.BillingMode ?? "PROVISIONED"
  const throughput = parseTableThroughput(mode, input.ProvisionedThroughput)
  if (!input.KeySchema) throw invalidParameter("KeySchema must be specified")
  if (!input.AttributeDefinitions) throw invalidParameter("AttributeDefinitions must be specified")
  const key = parseKeyElements(input.KeySchema)
  assertKeyOrder(key, false)
  const indexes = indexSchemasOf(input)
  assertCounts(indexes)
  assertDefinitions(input.AttributeDefinitions, key, indexes)
  assertIndexes(key, indexes)
  const onDemand = limitsOf(input.OnDemandThroughput, { mode }, false)
  const warm = newWarmOf(input.WarmThroughput, { mode }, throughput)
  const { TableClass: tableClass } = input
  assertTableClass(tableClass)
  const encryption = encryptionOf(input.SSESpecification, scope)
  return {
    id: randomUUID(),
    account,
    region,
    name,
    createdAt: now,
    attributes: input.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      name: AttributeName!,
      type: AttributeType!,
    })),
    key,
    billing: { mode, ...(mode === "PAY_PER_REQUEST" && { onDemandSince: now }) },
    throughput,
    ...(onDemand && { onDemand }),
    ...(warm && { warm }),
    indexes: indexes.map((index) => newIndexRecord(index, mode, settingsOf(index, input))),
    ...(encryption && { encryption }),
    ...(tableClass && { tableClass: { name: tableClass } }),
    isProtected: input.DeletionProtectionEnabled ?? false,
    tags: parseTags(input.Tags ?? []),
    ...(input.ResourcePolicy !== undefined && { policy: parsePolicy(input.ResourcePolicy, now) }),
  }
}

function indexSchemasOf({ LocalSecondaryIndexes, GlobalSecondaryIndexes }: CreateTableCommandInput): IndexSchema[] {
  if (LocalSecondaryIndexes?.length === 0) throw invalidParameter("List of LocalSecondaryIndexes is empty")
  if (GlobalSecondaryIndexes?.length === 0) throw invalidParameter("List of GlobalSecondaryIndexes is empty")
  const schemas = (indexes: typeof LocalSecondaryIndexes, isGlobal: boolean): IndexSchema[] =>
    (indexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
      name: IndexName!,
      isGlobal,
      key: parseKeyElements(KeySchema!),
      projection: Projection,
    }))
  return [...schemas(LocalSecondaryIndexes, false), ...schemas(GlobalSecondaryIndexes, true)]
}

const settingsOf = (index: IndexSchema, { GlobalSecondaryIndexes = [] }: CreateTableCommandInput) =>
  index.isGlobal ? GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index.name) : undefined
