import { after, before, test } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { service } from "../../src/services/dynamodb/service.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"
import { TABLE } from "./dynamodb-world.ts"

// Source: service authorization reference, Amazon DynamoDB; developer guide, "Amazon DynamoDB transactions".

const arnOf = (table: string) => `arn:aws:dynamodb:us-east-1:123456789012:table/${table}`
const { TableName } = TABLE
const table = arnOf(TableName)
const stream = "arn:aws:kinesis:us-east-1:123456789012:stream/none"
const fresh = arnOf("Fresh")
const Key = { pk: { S: "a" }, sk: { N: "1" } }
const get = { TableName, Key }
const query = { TableName, KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": { S: "a" } } }
const update = { ...get, UpdateExpression: "SET x = :x", ExpressionAttributeValues: { ":x": { N: "1" } } }
const Tags = [{ Key: "a", Value: "b" }]

const onTable = (operation: string, input: object = { TableName }): Case => [
  operation,
  input,
  [`dynamodb:${operation}`, table],
]

const globalTable = "arn:aws:dynamodb::123456789012:global-table/Music"

const onPart = (operation: string, member: string, kind: string): Case => {
  const arn = `${table}/${kind}/01791525400213-63b4d36a`
  return [operation, { [member]: arn }, [`dynamodb:${operation}`, arn]]
}

const CASES: readonly Case[] = [
  ["CreateTable", { ...TABLE, TableName: "Fresh" }, ["dynamodb:CreateTable", fresh]],
  [
    "CreateTable",
    { ...TABLE, TableName: "Fresh", Tags },
    ["dynamodb:CreateTable", fresh],
    ["dynamodb:TagResource", fresh],
  ],
  onTable("DescribeTable"),
  ["ListTables", {}, ["dynamodb:ListTables", "*"]],
  onTable("UpdateTable", { TableName, DeletionProtectionEnabled: false }),
  onTable("UpdateTimeToLive", { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } }),
  onTable("DescribeTimeToLive"),
  onTable("DescribeContinuousBackups"),
  onTable("UpdateContinuousBackups", {
    TableName,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
  }),
  ["ListBackups", {}, ["dynamodb:ListBackups", "*"]],
  onPart("DescribeBackup", "BackupArn", "backup"),
  onPart("DeleteBackup", "BackupArn", "backup"),
  ["ListExports", {}, ["dynamodb:ListExports", "*"]],
  onTable("ListExports", { TableArn: table }),
  onPart("DescribeExport", "ExportArn", "export"),
  ["ListImports", {}, ["dynamodb:ListImports", "*"]],
  onTable("ListImports", { TableArn: table }),
  onPart("DescribeImport", "ImportArn", "import"),
  ["ListGlobalTables", {}, ["dynamodb:ListGlobalTables", "*"]],
  ["DescribeGlobalTable", { GlobalTableName: TableName }, ["dynamodb:DescribeGlobalTable", globalTable]],
  [
    "DescribeGlobalTableSettings",
    { GlobalTableName: TableName },
    ["dynamodb:DescribeGlobalTableSettings", globalTable],
  ],
  onTable("DescribeTableReplicaAutoScaling"),
  onTable("DescribeContributorInsights"),
  [
    "DescribeContributorInsights",
    { TableName, IndexName: "none" },
    ["dynamodb:DescribeContributorInsights", table],
    ["dynamodb:DescribeContributorInsights", `${table}/index/none`],
  ],
  ["ListContributorInsights", {}, ["dynamodb:ListContributorInsights", "*"]],
  onTable("DescribeKinesisStreamingDestination"),
  [
    "EnableKinesisStreamingDestination",
    { TableName, StreamArn: stream },
    ["dynamodb:EnableKinesisStreamingDestination", table],
    ["kinesis:ListStreams", "*"],
    ["kinesis:DescribeStream", stream],
    ["kinesis:PutRecords", stream],
  ],
  onTable("UpdateKinesisStreamingDestination", { TableName, StreamArn: stream }),
  onTable("DisableKinesisStreamingDestination", { TableName, StreamArn: stream }),
  onTable("PutItem", { TableName, Item: Key }),
  onTable("GetItem", get),
  onTable("GetItem", { ...get, TableName: table }),
  onTable("UpdateItem", update),
  onTable("DeleteItem", get),
  onTable("Query", query),
  ["Query", { ...query, IndexName: "none" }, ["dynamodb:Query", `${table}/index/none`]],
  onTable("Scan"),
  ["Scan", { TableName, IndexName: "none" }, ["dynamodb:Scan", `${table}/index/none`]],
  onTable("BatchGetItem", { RequestItems: { [TableName]: { Keys: [Key] } } }),
  onTable("BatchWriteItem", { RequestItems: { [TableName]: [{ PutRequest: { Item: Key } }] } }),
  ["TransactGetItems", { TransactItems: [{ Get: get }] }, ["dynamodb:GetItem", table]],
  ["TransactWriteItems", { TransactItems: [{ Put: { TableName, Item: Key } }] }, ["dynamodb:PutItem", table]],
  ["TransactWriteItems", { TransactItems: [{ Update: update }] }, ["dynamodb:UpdateItem", table]],
  ["TransactWriteItems", { TransactItems: [{ Delete: get }] }, ["dynamodb:DeleteItem", table]],
  [
    "TransactWriteItems",
    { TransactItems: [{ ConditionCheck: { ...get, ConditionExpression: "attribute_not_exists(pk)" } }] },
    ["dynamodb:ConditionCheckItem", table],
  ],
  onTable("PutResourcePolicy", { ResourceArn: table, Policy: "{}" }),
  onTable("GetResourcePolicy", { ResourceArn: table }),
  onTable("DeleteResourcePolicy", { ResourceArn: table }),
  onTable("TagResource", { ResourceArn: table, Tags }),
  onTable("UntagResource", { ResourceArn: table, TagKeys: ["a"] }),
  onTable("ListTagsOfResource", { ResourceArn: table }),
  ["DescribeLimits", {}, ["dynamodb:DescribeLimits", "*"]],
  ["DescribeEndpoints", {}, ["dynamodb:DescribeEndpoints", "*"]],
  onTable("DeleteTable"),
]

let server: TestServer
let caller: Caller
let root: DynamoDB
before(async () => {
  server = await startServer()
  root = new DynamoDB(server.client)
  await root.createTable(TABLE)
  caller = await openCaller(server, (options) => new DynamoDB(options))
})
after(() => server[Symbol.asyncDispose]())

test("every operation has its row", () => assertComplete(CASES, service.operations))

for (const row of CASES)
  test(titleOf(row), async () => {
    await assertNeeds(caller, row)
    await root.deleteTable({ TableName: "Fresh" }).catch(() => undefined)
  })
