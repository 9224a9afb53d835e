import assert from "node:assert/strict"
import { test } from "node:test"
import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { eventually } from "../harness/eventually.ts"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

const PARAMETERS = "One or more parameter values were invalid: "
const VALUE = "1 validation error detected: Value"
const CONSTRAINT = "failed to satisfy constraint"
const SHORT = "Member must have length greater than or equal to 3"
const definition = (AttributeName: string, AttributeType: "S" | "N" | "B" = "S") => ({ AttributeName, AttributeType })
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" as const })
const range = (AttributeName: string) => ({ AttributeName, KeyType: "RANGE" as const })
const ALL = { ProjectionType: "ALL" as const }

const REFUSED: [name: string, change: Partial<CreateTableCommandInput>, message: string][] = [
  ["a short name", { TableName: "ab" }, `${VALUE} 'ab' at 'tableName' ${CONSTRAINT}: ${SHORT}`],
  [
    "a name of other characters",
    { TableName: "a b" },
    `${VALUE} 'a b' at 'tableName' ${CONSTRAINT}: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
  ],
  [
    "a sort key without a partition key",
    { KeySchema: [range("pk")] },
    "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
  ],
  [
    "two partition keys",
    { KeySchema: [hash("pk"), hash("sk")] },
    "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
  ],
  [
    "one attribute twice",
    { KeySchema: [hash("pk"), range("pk")] },
    "Both the Hash Key and the Range Key element in the KeySchema have the same name",
  ],
  [
    "a key that is not defined",
    { KeySchema: [hash("pk"), range("other")] },
    "Invalid KeySchema: Some index key attribute have no definition",
  ],
  [
    "a definition that is not used",
    { KeySchema: [hash("pk")] },
    `${PARAMETERS}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
  ],
  [
    "a definition that no index uses",
    {
      AttributeDefinitions: [definition("pk"), definition("sk"), definition("x")],
      GlobalSecondaryIndexes: [{ IndexName: "gsi", KeySchema: [hash("sk")], Projection: ALL }],
    },
    `${PARAMETERS}Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, x], keys used: [pk, sk]`,
  ],
  [
    "an index key that is not defined",
    { GlobalSecondaryIndexes: [{ IndexName: "gsi", KeySchema: [hash("x")], Projection: ALL }] },
    `${PARAMETERS}Some index key attributes are not defined in AttributeDefinitions. Keys: [x], AttributeDefinitions: [pk, sk]`,
  ],
  [
    "throughput on demand",
    { ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 } },
    `${PARAMETERS}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    "no throughput when provisioned",
    { BillingMode: "PROVISIONED" },
    `${PARAMETERS}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
  ],
  [
    "two indexes of one name",
    {
      GlobalSecondaryIndexes: ["gsi", "gsi"].map((IndexName) => ({
        IndexName,
        KeySchema: [hash("sk")],
        Projection: ALL,
      })),
    },
    `${PARAMETERS}Duplicate index name: gsi`,
  ],
  [
    "an index without a projection type",
    { GlobalSecondaryIndexes: [{ IndexName: "gsi", KeySchema: [hash("sk")], Projection: {} }] },
    `${PARAMETERS}Unknown ProjectionType: null`,
  ],
  [
    "a local index of another partition key",
    { LocalSecondaryIndexes: [{ IndexName: "lsi", KeySchema: [hash("sk"), range("pk")], Projection: ALL }] },
    `${PARAMETERS}Index KeySchema does not have the same leading hash key as table KeySchema for index: lsi. index hash key: sk, table hash key: pk`,
  ],
  [
    "a local index without a sort key",
    { LocalSecondaryIndexes: [{ IndexName: "lsi", KeySchema: [hash("pk")], Projection: ALL }] },
    `${PARAMETERS}Index KeySchema does not have a range key for index: lsi`,
  ],
  [
    "an unknown key type",
    { KeySchema: [hash("pk"), { AttributeName: "sk", KeyType: "SORT" as "HASH" }] },
    "1 validation error detected: Value 'SORT' at 'keySchema.2.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]",
  ],
]

test("CreateTable", async (t) => {
  await using world = await openWorld()
  const { db } = world
  for (const [name, change, message] of REFUSED) {
    await t.test(`refuses ${name}`, async () => {
      await invalidates(db.createTable({ ...TABLE, ...change }), message)
    })
  }

  await t.test("makes a table that is described, listed and there but once", async () => {
    const created = await db.createTable({ ...TABLE, Tags: [{ Key: "team", Value: "blue" }] })
    assert.equal(created.TableDescription!.TableStatus, "CREATING")
    const { Table } = await db.describeTable({ TableName: "Music" })
    assert.equal(Table!.TableStatus, "ACTIVE")
    assert.equal(Table!.TableArn, `arn:aws:dynamodb:us-east-1:${world.server.account}:table/Music`)
    assert.deepEqual(Table!.KeySchema, TABLE.KeySchema)
    assert.equal(Table!.BillingModeSummary!.BillingMode, "PAY_PER_REQUEST")
    assert.deepEqual((await db.listTables({})).TableNames, ["Music"])
    await refuses(db.createTable(TABLE), "ResourceInUseException", "Table already exists: Music")
    const { Tags } = await db.listTagsOfResource({ ResourceArn: Table!.TableArn! })
    assert.deepEqual(Tags, [{ Key: "team", Value: "blue" }])
  })

  await t.test("tables are listed in pages", async () => {
    for (const TableName of ["aaa", "bbb", "ccc"]) await db.createTable({ ...TABLE, TableName })
    const first = await db.listTables({ Limit: 3 })
    assert.deepEqual(first.TableNames, ["Music", "aaa", "bbb"])
    const second = await db.listTables({ Limit: 3, ExclusiveStartTableName: first.LastEvaluatedTableName })
    assert.deepEqual(second.TableNames, ["ccc"])
    assert.equal(second.LastEvaluatedTableName, undefined)
  })
})

test("DeleteTable", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await t.test("a table that is not there is not found", async () => {
    const text = "Requested resource not found: Table: none not found"
    await refuses(db.deleteTable({ TableName: "none" }), "ResourceNotFoundException", text)
    await refuses(db.describeTable({ TableName: "none" }), "ResourceNotFoundException", text)
  })

  await t.test("a protected table stays", async () => {
    await db.createTable({ ...TABLE, DeletionProtectionEnabled: true })
    await invalidates(
      db.deleteTable({ TableName: "Music" }),
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    )
    await db.updateTable({ TableName: "Music", DeletionProtectionEnabled: false })
    const { TableDescription } = await db.deleteTable({ TableName: "Music" })
    assert.equal(TableDescription!.TableStatus, "DELETING")
  })

  await t.test("a new table of the same name is empty", async () => {
    await db.createTable(TABLE)
    await db.putItem({ TableName: "Music", Item: { pk: { S: "a" }, sk: { N: "1" } } })
    await db.deleteTable({ TableName: "Music" })
    await db.createTable(TABLE)
    assert.equal((await db.scan({ TableName: "Music" })).Count, 0)
  })
})

test("UpdateTable", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable(TABLE)
  for (const i of [1, 2, 3]) {
    const Item = { pk: { S: "a" }, sk: { N: String(i) }, g: { S: i === 2 ? "even" : "odd" }, x: { S: "x" } }
    await db.putItem({ TableName: "Music", Item })
  }

  await t.test("a new index holds what was there before", async () => {
    const { TableDescription } = await db.updateTable({
      TableName: "Music",
      AttributeDefinitions: [definition("g")],
      GlobalSecondaryIndexUpdates: [
        { Create: { IndexName: "byG", KeySchema: [hash("g")], Projection: { ProjectionType: "KEYS_ONLY" } } },
      ],
    })
    assert.equal(TableDescription!.GlobalSecondaryIndexes![0]!.IndexStatus, "CREATING")
    const { Table } = await db.describeTable({ TableName: "Music" })
    assert.equal(Table!.GlobalSecondaryIndexes![0]!.IndexStatus, "ACTIVE")
    const { Items } = await db.query({
      TableName: "Music",
      IndexName: "byG",
      KeyConditionExpression: "g = :g",
      ExpressionAttributeValues: { ":g": { S: "odd" } },
    })
    assert.deepEqual(
      Items!.map(({ sk }) => sk!.N),
      ["1", "3"],
    )
    assert.equal(Items![0]!.x, undefined)
  })

  await t.test("an index is made but once, and goes", async () => {
    const create = { IndexName: "byG", KeySchema: [hash("g")], Projection: ALL }
    await refuses(
      db.updateTable({ TableName: "Music", GlobalSecondaryIndexUpdates: [{ Create: create }] }),
      "ResourceInUseException",
      /already exists/,
    )
    await db.updateTable({ TableName: "Music", GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byG" } }] })
    const { Table } = await db.describeTable({ TableName: "Music" })
    assert.equal(Table!.GlobalSecondaryIndexes, undefined)
    assert.deepEqual(Table!.AttributeDefinitions, TABLE.AttributeDefinitions)
    await invalidates(
      db.query({
        TableName: "Music",
        IndexName: "byG",
        KeyConditionExpression: "g = :g",
        ExpressionAttributeValues: { ":g": { S: "odd" } },
      }),
      "The table does not have the specified index: byG",
    )
  })

  await t.test("billing changes with its throughput", async () => {
    const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }
    await db.updateTable({ TableName: "Music", BillingMode: "PROVISIONED", ProvisionedThroughput: units })
    await invalidates(
      db.updateTable({ TableName: "Music", ProvisionedThroughput: units }),
      /^The provisioned throughput for the table will not change\. .* Requested WriteCapacityUnits: 6\./,
    )
    await invalidates(db.updateTable({ TableName: "Music" }), /^At least one of ProvisionedThroughput/)
  })
})

test("time to live", async (t) => {
  await using world = await openWorld(["--clock-control"])
  const { db } = world
  await db.createTable(TABLE)
  const TimeToLiveSpecification = { Enabled: true, AttributeName: "ttl" }

  await t.test("is enabled once and disabled once", async () => {
    const describe = async () => (await db.describeTimeToLive({ TableName: "Music" })).TimeToLiveDescription
    assert.deepEqual(await describe(), { TimeToLiveStatus: "DISABLED" })
    await db.updateTimeToLive({ TableName: "Music", TimeToLiveSpecification })
    assert.deepEqual(await describe(), { TimeToLiveStatus: "ENABLED", AttributeName: "ttl" })
    await invalidates(
      db.updateTimeToLive({ TableName: "Music", TimeToLiveSpecification }),
      "TimeToLive is already enabled",
    )
    await db.updateTimeToLive({
      TableName: "Music",
      TimeToLiveSpecification: { Enabled: false, AttributeName: "ttl" },
    })
    await invalidates(
      db.updateTimeToLive({ TableName: "Music", TimeToLiveSpecification: { Enabled: false, AttributeName: "ttl" } }),
      "TimeToLive is already disabled",
    )
  })

  await t.test("what has expired goes, what has not stays", async () => {
    const now = Math.floor(Date.now() / 1000)
    const times = { past: now - 60, future: now + 3600, ancient: now - 6 * 365 * 86400 }
    for (const [pk, ttl] of Object.entries(times)) {
      await db.putItem({ TableName: "Music", Item: { pk: { S: pk }, sk: { N: "1" }, ttl: { N: String(ttl) } } })
    }
    await db.putItem({ TableName: "Music", Item: { pk: { S: "text" }, sk: { N: "1" }, ttl: { S: String(now - 60) } } })
    await db.updateTimeToLive({ TableName: "Music", TimeToLiveSpecification })
    const seen = await db.scan({ TableName: "Music" })
    assert.equal(seen.Count, 4, "items are seen until they are deleted")
    const { Items } = await eventually(async () => {
      const scan = await db.scan({ TableName: "Music" })
      return scan.Count !== 4 && scan
    })
    assert.deepEqual(Items!.map(({ pk }) => pk!.S).sort(), ["ancient", "future", "text"])
  })
})
