import {
  type CreateTableCommandInput,
  DescribeTableCommand,
  type GlobalSecondaryIndexDescription,
  type LocalSecondaryIndexDescription,
  type TableDescription,
} from "@aws-sdk/client-dynamodb"
import { operation } from "../../../operation.ts"
import { onTable } from "../access.ts"
import { type Contents, getContents, NOTHING } from "./contents.ts"
import { getNamedTable } from "./find.ts"
import type { IndexRecord, KeyElement, OnDemandLimits, Table, Throughput, WarmThroughput } from "./record.ts"
import { warmthOf } from "./throughput.ts"

type Status = "CREATING" | "UPDATING" | "DELETING" | "ACTIVE"

export const DescribeTable = operation(DescribeTableCommand, {
  access: onTable,
  async handle({ TableName }, context) {
    const table = await getNamedTable(TableName, context)
    if (table.record.deletingSince !== undefined) return { Table: describeDeleting(table) }
    return { Table: describeTable(table, "ACTIVE", await getContents(table, context)) }
  },
})

export function describeTable(table: Table, status: Status, contents: Contents = NOTHING): TableDescription {
  const { record } = table
  const locals = record.indexes.filter(({ isGlobal }) => !isGlobal)
  const globals = record.indexes.filter(({ isGlobal }) => isGlobal)
  const { mode, onDemandSince } = record.billing
  return {
    AttributeDefinitions: record.attributes
      .map(({ name, type }) => ({ AttributeName: name, AttributeType: type }))
      .sort((a, b) => (a.AttributeName < b.AttributeName ? -1 : 1)),
    TableName: record.name,
    KeySchema: describeKey(record.key),
    TableStatus: status,
    CreationDateTime: new Date(record.createdAt),
    ProvisionedThroughput: describeThroughput(record.throughput),
    TableSizeBytes: contents.bytes,
    ItemCount: contents.items,
    TableArn: table.arn,
    TableId: record.id,
    // A table that was never on demand has none.
    ...((mode === "PAY_PER_REQUEST" || onDemandSince !== undefined) && {
      BillingModeSummary: {
        BillingMode: mode,
        ...(onDemandSince !== undefined && { LastUpdateToPayPerRequestDateTime: new Date(onDemandSince) }),
      },
    }),
    ...(record.onDemand && { OnDemandThroughput: describeLimits(record.onDemand) }),
    WarmThroughput: describeWarm(record.warm, record.throughput),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals.map((index) => describeIndex(table, index, contents)) }),
    ...(globals.length > 0 && {
      GlobalSecondaryIndexes: globals.map((index) => describeGlobalIndex(table, index, status, contents)),
    }),
    ...describeStream(table),
    ...(record.encryption && {
      SSEDescription: { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: record.encryption.keyArn },
    }),
    ...(record.tableClass && {
      TableClassSummary: {
        TableClass: record.tableClass.name,
        ...(record.tableClass.updatedAt !== undefined && {
          LastUpdateDateTime: new Date(record.tableClass.updatedAt),
        }),
      },
    }),
    DeletionProtectionEnabled: record.isProtected,
  }
}

/** UNVERIFIED: that the latest stream is still named when it is disabled. */
function describeStream({ arn, record: { stream } }: Table): Partial<TableDescription> {
  if (!stream) return {}
  const { label, view, isEnabled } = stream
  return {
    ...(isEnabled && { StreamSpecification: { StreamEnabled: true, StreamViewType: view } }),
    LatestStreamLabel: label,
    LatestStreamArn: `${arn}/stream/${label}`,
  }
}

/** What is told of a table that goes. */
export function describeDeleting(table: Table): TableDescription {
  const whole = describeTable(table, "DELETING")
  const { TableName, TableStatus, ProvisionedThroughput, TableSizeBytes, ItemCount, TableArn, TableId } = whole
  const { BillingModeSummary, DeletionProtectionEnabled } = whole
  return {
    TableName,
    TableStatus,
    ProvisionedThroughput,
    TableSizeBytes,
    ItemCount,
    TableArn,
    TableId,
    ...(BillingModeSummary && { BillingModeSummary }),
    DeletionProtectionEnabled,
  }
}

/**
 * The answer of CreateTable, which tells neither when the table went on demand nor how warm anything is, except for the
 * table where that was asked for (recorded 10-2025 and 10-2026).
 */
export function describeNewTable(table: Table, { WarmThroughput }: CreateTableCommandInput): TableDescription {
  const { WarmThroughput: _, GlobalSecondaryIndexes, BillingModeSummary, ...rest } = describeTable(table, "CREATING")
  const { warm, throughput, billing } = table.record
  return {
    ...rest,
    ...(BillingModeSummary && { BillingModeSummary: { BillingMode: billing.mode } }),
    ...(WarmThroughput && { WarmThroughput: describeWarm(warm, throughput, "UPDATING") }),
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ WarmThroughput: __, ...index }) => index),
    }),
  }
}

export const describeKey = (key: readonly KeyElement[]) =>
  key.map(({ name, type }) => ({ AttributeName: name, KeyType: type }))

function describeThroughput({ read, write, increasedAt, decreasedAt }: Throughput) {
  return {
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: read,
    WriteCapacityUnits: write,
    ...(increasedAt !== undefined && { LastIncreaseDateTime: new Date(increasedAt) }),
    ...(decreasedAt !== undefined && { LastDecreaseDateTime: new Date(decreasedAt) }),
  }
}

const describeLimits = ({ read, write }: OnDemandLimits) => ({
  MaxReadRequestUnits: read ?? -1,
  MaxWriteRequestUnits: write ?? -1,
})

function describeWarm(
  warm: WarmThroughput | undefined,
  throughput: Throughput,
  Status: "ACTIVE" | "UPDATING" = "ACTIVE",
) {
  const { read, write } = warmthOf(warm, throughput)
  return { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write, Status }
}

function describeIndex(table: Table, index: IndexRecord, contents: Contents): LocalSecondaryIndexDescription {
  const { items, bytes } = contents.indexes[index.name] ?? NOTHING
  return {
    IndexName: index.name,
    KeySchema: describeKey(index.key),
    Projection: {
      ProjectionType: index.projection.type,
      ...(index.projection.attributes && { NonKeyAttributes: index.projection.attributes.toSorted() }),
    },
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: `${table.arn}/index/${index.name}`,
  }
}

function describeGlobalIndex(
  table: Table,
  index: IndexRecord,
  status: Status,
  contents: Contents,
): GlobalSecondaryIndexDescription {
  return {
    ...describeIndex(table, index, contents),
    IndexStatus: index.state ?? (status === "UPDATING" ? "ACTIVE" : status),
    // Before it, in what UpdateTable answers, resources are allocated: Developer Guide, "Managing global secondary indexes".
    ...(index.state === "CREATING" && { Backfilling: status !== "UPDATING" }),
    ProvisionedThroughput: describeThroughput(index.throughput),
    ...(index.onDemand && { OnDemandThroughput: describeLimits(index.onDemand) }),
    WarmThroughput: describeWarm(index.warm, index.throughput),
  }
}
