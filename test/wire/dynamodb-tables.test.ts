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
    "one attribute twice in an index's key",
    { GlobalSecondaryIndexes: [{ IndexName: "gsi", KeySchema: [hash("sk"), range("sk")], Projection: ALL }] },
    "The KeySchema contains multiple key attributes with the same name",
  ],
  [
    "one definition twice",
    { AttributeDefinitions: [definition("pk"), definition("sk"), definition("pk", "N")] },
    "Attribute Name is duplicated: pk",
  ],
  [
    "more partition attributes than an index may have",
    {
      AttributeDefinitions: ["pk", "sk", "a", "b", "c"].map((name) => definition(name)),
      GlobalSecondaryIndexes: [{ IndexName: "gsi", KeySchema: ["pk", "sk", "a", "b", "c"].map(hash), Projection: ALL }],
    },
    `${PARAMETERS}The KeySchema exceeds the maximum allowed number of HASH key attributes`,
  ],
  [
    "an attribute that is projected twice",
    {
      GlobalSecondaryIndexes: [
        {
          IndexName: "gsi",
          KeySchema: [hash("sk")],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["x", "x"] },
        },
      ],
    },
    `${PARAMETERS}Duplicate element in NonKeyAttributes: x`,
  ],
  [
    "an index without throughput where there is some",
    {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      GlobalSecondaryIndexes: [{ IndexName: "gsi", KeySchema: [hash("sk")], Projection: ALL }],
    },
    `${PARAMETERS}ProvisionedThroughput is not specified for index: gsi`,
  ],
  [
    "a limit of nothing",
    { OnDemandThroughput: { MaxReadRequestUnits: 0 } },
    `${PARAMETERS}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range`,
  ],
  [
    "a table class that there is not",
    { TableClass: "GLACIER" as "STANDARD" },
    "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].",
  ],
  [
    "a key of the service beside no type",
    { SSESpecification: { Enabled: true, KMSMasterKeyId: "alias/mine" } },
    `${PARAMETERS}SSEType KMS is required if KMSMasterKeyId is specified`,
  ],
  [
    "a stream without a view",
    { StreamSpecification: { StreamEnabled: true } },
    `${PARAMETERS}Table is being created with a stream enabled, UpdateViewType is required`,
  ],
  ["a tag of AWS's", { Tags: [{ Key: "AWS:x", Value: "y" }] }, "Tag Key cannot be prefixed with aws:, Key: AWS:x"],
  [
    "a tag twice",
    {
      Tags: [
        { Key: "x", Value: "y" },
        { Key: "x", Value: "" },
      ],
    },
    "Duplicate Tag Keys provided as input: Duplicate Tag Key found x",
  ],
  ["a tag with a comma", { Tags: [{ Key: "x", Value: "a,b" }] }, "The Tag Value provided is invalid, Value: a,b"],
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
    assert.deepEqual(created.TableDescription!.BillingModeSummary, { BillingMode: "PAY_PER_REQUEST" })
    assert.equal(created.TableDescription!.WarmThroughput, undefined)
    const { Table } = await db.describeTable({ TableName: "Music" })
    assert.equal(Table!.TableStatus, "ACTIVE")
    assert.equal(Table!.TableArn, `arn:aws:dynamodb:us-east-1:${world.server.account}:table/Music`)
    assert.deepEqual(Table!.KeySchema, TABLE.KeySchema)
    assert.equal(Table!.BillingModeSummary!.BillingMode, "PAY_PER_REQUEST")
    assert.ok(Table!.BillingModeSummary!.LastUpdateToPayPerRequestDateTime)
    const warm = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4_000 }
    assert.deepEqual(Table!.WarmThroughput, { ...warm, Status: "ACTIVE" })
    assert.deepEqual((await db.listTables({})).TableNames, ["Music"])
    await refuses(db.createTable(TABLE), "ResourceInUseException", "Table already exists: Music")
    const { Tags } = await db.listTagsOfResource({ ResourceArn: Table!.TableArn! })
    assert.deepEqual(Tags, [{ Key: "team", Value: "blue" }])
  })

  await t.test("tells how warm a table is where it was asked to be", async () => {
    const WarmThroughput = { ReadUnitsPerSecond: 13_000, WriteUnitsPerSecond: 5_000 }
    const { TableDescription } = await db.createTable({ ...TABLE, TableName: "Warm", WarmThroughput })
    assert.deepEqual(TableDescription!.WarmThroughput, { ...WarmThroughput, Status: "UPDATING" })
    await invalidates(
      db.updateTable({ TableName: "Warm", WarmThroughput: { ReadUnitsPerSecond: 12_000 } }),
      `${PARAMETERS}Requested ReadUnitsPerSecond for WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput is not supported`,
    )
    await db.deleteTable({ TableName: "Warm" })
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

test("tags", async (t) => {
  await using world = await openWorld()
  const { db } = world
  const ResourceArn = (await db.createTable(TABLE)).TableDescription!.TableArn!
  const tag = (Key: string, Value: string) => db.tagResource({ ResourceArn, Tags: [{ Key, Value }] })
  const tagsOf = async () => (await db.listTagsOfResource({ ResourceArn })).Tags

  await t.test("are set, changed and taken away", async () => {
    await tag("Env", "")
    await tag("env", "ключ a+b-c=d.e_f:g/h@i")
    await tag("Env", "x")
    assert.deepEqual(await tagsOf(), [
      { Key: "Env", Value: "x" },
      { Key: "env", Value: "ключ a+b-c=d.e_f:g/h@i" },
    ])
    await db.untagResource({ ResourceArn, TagKeys: ["env", "absent"] })
    assert.deepEqual(await tagsOf(), [{ Key: "Env", Value: "x" }])
  })

  await t.test("are refused in DynamoDB's own words, and none of them set", async () => {
    const untag = (...TagKeys: string[]) => db.untagResource({ ResourceArn, TagKeys })
    const many = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: "" }))
    const CALLS: [call: () => Promise<unknown>, message: string][] = [
      [() => tag("k".repeat(129), "v"), `The Tag Key provided is invalid, Key: ${"k".repeat(129)}`],
      [() => tag("bad#char", "v"), "The Tag Key provided is invalid, Key: bad#char"],
      [() => tag("", "v"), "The Tag Key provided is invalid, Key: "],
      [() => tag("k", "100%"), "The Tag Value provided is invalid, Value: 100%"],
      [() => tag("k", "v".repeat(257)), `The Tag Value provided is invalid, Value: ${"v".repeat(257)}`],
      [() => tag("aws:foo", "v"), "Tag Key cannot be prefixed with aws:, Key: aws:foo"],
      [() => db.tagResource({ ResourceArn, Tags: [] }), "Atleast one Tag needs to be provided as Input."],
      [
        () => db.tagResource({ ResourceArn, Tags: many }),
        "Number of Tags exceed the current limit for the provided ResourceArn",
      ],
      [() => untag(), "Atleast one Tag Key needs to be provided as Input."],
      [() => untag("AWS:foo"), "Tag Key cannot be prefixed with aws:, Key: AWS:foo"],
      [() => untag(""), "The Tag Key provided is invalid, Key: "],
    ]
    for (const [call, message] of CALLS) await invalidates(call(), message)
    assert.deepEqual(await tagsOf(), [{ Key: "Env", Value: "x" }])
  })

  await t.test("are of tables that their ARNs name", async () => {
    const list = (arn: string) => db.listTagsOfResource({ ResourceArn: arn })
    await invalidates(list("Music"), `${PARAMETERS}ARNs must start with 'arn:': Music`)
    const index = `${ResourceArn}/index/byG`
    await invalidates(
      list(index),
      `${PARAMETERS}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${index}`,
    )
    const backup = `${ResourceArn}/backup/01`
    await invalidates(list(backup), `${PARAMETERS}Provided Arn is not a DynamoDB resource arn: ${backup}`)
    const none = ResourceArn.replace("Music", "none")
    await refuses(
      list(none),
      "ResourceNotFoundException",
      `Requested resource not found: ResourceArn: ${none} not found`,
    )
    const abroad = ResourceArn.replace("us-east-1", "eu-west-1")
    await invalidates(
      db.describeTable({ TableName: abroad }),
      `1 validation error detected: Invalid AWS region in '${abroad}'`,
    )
    assert.equal((await db.describeTable({ TableName: ResourceArn })).Table!.TableName, "Music")
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
    await eventually(async () => (await describe())?.TimeToLiveStatus === "ENABLED")
    assert.deepEqual(await describe(), { TimeToLiveStatus: "ENABLED", AttributeName: "ttl" })
    await invalidates(
      db.updateTimeToLive({ TableName: "Music", TimeToLiveSpecification }),
      "TimeToLive is already enabled",
    )
    await db.updateTimeToLive({
      TableName: "Music",
      TimeToLiveSpecification: { Enabled: false, AttributeName: "ttl" },
    })
    await eventually(async () => (await describe())?.TimeToLiveStatus === "DISABLED")
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
