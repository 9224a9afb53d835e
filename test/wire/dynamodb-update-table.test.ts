import assert from "node:assert/strict"
import { test } from "node:test"
import type { UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { eventually } from "../harness/eventually.ts"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

const PARAMETERS = "One or more parameter values were invalid: "
const definition = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const })
const hash = (AttributeName: string) => ({ AttributeName, KeyType: "HASH" as const })
const ALL = { ProjectionType: "ALL" as const }
const UNITS = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }

test("UpdateTable", async (t) => {
  await using world = await openWorld()
  const { db } = world
  await db.createTable(TABLE)
  for (const i of [1, 2, 3]) {
    const Item = { pk: { S: "a" }, sk: { N: String(i) }, g: { S: i === 2 ? "even" : "odd" }, x: { S: "x" } }
    await db.putItem({ TableName: "Music", Item })
  }

  /** Of a small table it is so at once, where no other node could still write to it as it was. */
  const indexIs = (status: string | undefined) =>
    eventually(async () => {
      const { Table } = await db.describeTable({ TableName: "Music" })
      return Table!.GlobalSecondaryIndexes?.[0]?.IndexStatus === status
    })

  await t.test("a new index holds what was there before", async () => {
    const { TableDescription } = await db.updateTable({
      TableName: "Music",
      AttributeDefinitions: [definition("g")],
      GlobalSecondaryIndexUpdates: [
        { Create: { IndexName: "byG", KeySchema: [hash("g")], Projection: { ProjectionType: "KEYS_ONLY" } } },
      ],
    })
    assert.equal(TableDescription!.GlobalSecondaryIndexes![0]!.IndexStatus, "CREATING")
    await indexIs("ACTIVE")
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
    await invalidates(
      db.updateTable({ TableName: "Music", GlobalSecondaryIndexUpdates: [{ Create: create }] }),
      "Attempting to create an index which already exists",
    )
    await db.updateTable({ TableName: "Music", GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byG" } }] })
    await indexIs(undefined)
    const { Table } = await db.describeTable({ TableName: "Music" })
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
    await db.updateTable({ TableName: "Music", BillingMode: "PROVISIONED", ProvisionedThroughput: UNITS })
    await invalidates(
      db.updateTable({ TableName: "Music", ProvisionedThroughput: UNITS }),
      /^The provisioned throughput for the table will not change\. .* Requested WriteCapacityUnits: 5\./,
    )
  })

  await t.test("an index that cannot have its key stays without the item", async () => {
    for (const [sk, g] of [
      ["10", ""],
      ["11", "x".repeat(2049)],
      ["12", "fits"],
    ] as const) {
      await db.putItem({ TableName: "Music", Item: { pk: { S: "b" }, sk: { N: sk }, g: { S: g } } })
    }
    await db.updateTable({
      TableName: "Music",
      AttributeDefinitions: [definition("g")],
      GlobalSecondaryIndexUpdates: [
        { Create: { IndexName: "late", KeySchema: [hash("g")], Projection: ALL, ProvisionedThroughput: UNITS } },
      ],
    })
    await indexIs("ACTIVE")
    const keys = async () => (await db.scan({ TableName: "Music", IndexName: "late" })).Items!.map(({ g }) => g!.S)
    assert.deepEqual((await keys()).sort(), ["even", "fits", "odd", "odd"])
    // An update of something else leaves the item where it is.
    await db.updateItem({
      TableName: "Music",
      Key: { pk: { S: "b" }, sk: { N: "10" } },
      UpdateExpression: "SET x = :x",
      ExpressionAttributeValues: { ":x": { S: "x" } },
    })
    assert.equal((await keys()).length, 4)
  })

  const update = (change: Partial<UpdateTableCommandInput>) => db.updateTable({ TableName: "Music", ...change })
  const REFUSED: [name: string, change: Partial<UpdateTableCommandInput>, message: string | RegExp][] = [
    ["nothing", {}, /^At least one of ProvisionedThroughput, BillingMode, .*WarmThroughput or TableClass is required$/],
    ["an empty list of indexes", { GlobalSecondaryIndexUpdates: [] }, /^At least one of ProvisionedThroughput/],
    [
      "an empty list beside a change",
      { GlobalSecondaryIndexUpdates: [], DeletionProtectionEnabled: true },
      `${PARAMETERS}List of GlobalSecondaryIndexUpdates is empty`,
    ],
    [
      "two changes at once",
      { DeletionProtectionEnabled: true, SSESpecification: { Enabled: true } },
      `${PARAMETERS}Server-Side Encryption modification must be the only operation in the request`,
    ],
    [
      "protection beside units",
      { DeletionProtectionEnabled: true, ProvisionedThroughput: UNITS },
      `${PARAMETERS}DeletionProtection modification must be the only operation in the request`,
    ],
    [
      "an index beside units",
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "late" } }], ProvisionedThroughput: UNITS },
      `${PARAMETERS}You cannot create or delete index while updating table IOPS`,
    ],
    [
      "two actions in one update",
      { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "late" }, Update: { IndexName: "late" } }] },
      `${PARAMETERS}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object`,
    ],
    [
      "no action in an update",
      { GlobalSecondaryIndexUpdates: [{}] },
      `${PARAMETERS}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null`,
    ],
    [
      "two actions on one index",
      {
        GlobalSecondaryIndexUpdates: [
          { Delete: { IndexName: "late" } },
          { Update: { IndexName: "late", ProvisionedThroughput: UNITS } },
        ],
      },
      `${PARAMETERS}Only one global secondary index update per index is allowed simultaneously. Index: late`,
    ],
    [
      "an index of attributes that the request does not define",
      { GlobalSecondaryIndexUpdates: [{ Create: { IndexName: "next", KeySchema: [hash("sk")], Projection: ALL } }] },
      `${PARAMETERS}AttributeDefinitions is not specified for index: next`,
    ],
    [
      "an index of attributes that the definitions lack",
      {
        AttributeDefinitions: [definition("pk")],
        GlobalSecondaryIndexUpdates: [{ Create: { IndexName: "next", KeySchema: [hash("sk")], Projection: ALL } }],
      },
      `${PARAMETERS}Some index key attributes are not defined in AttributeDefinitions. Keys: [sk], AttributeDefinitions: [pk]`,
    ],
    [
      "an index without throughput",
      {
        AttributeDefinitions: [definition("g")],
        GlobalSecondaryIndexUpdates: [{ Create: { IndexName: "next", KeySchema: [hash("g")], Projection: ALL } }],
      },
      `${PARAMETERS}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: next`,
    ],
    [
      "the units that an index has",
      { GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "late", ProvisionedThroughput: UNITS } }] },
      /^The provisioned throughput for the index late will not change\. .*provisioned for index late: 5\. Requested/,
    ],
    [
      "provisioned billing without units",
      { BillingMode: "PROVISIONED" },
      `${PARAMETERS}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`,
    ],
    [
      "limits on demand of what is provisioned",
      { OnDemandThroughput: { MaxWriteRequestUnits: 5 } },
      `${PARAMETERS}MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED`,
    ],
    [
      "encryption as it is",
      { SSESpecification: { Enabled: false } },
      `${PARAMETERS}Table is already encrypted by default`,
    ],
    [
      "the end of a stream that is not there",
      { StreamSpecification: { StreamEnabled: false } },
      "Table has no stream to disable: TableName: Music",
    ],
  ]
  for (const [name, change, message] of REFUSED) {
    await t.test(`refuses ${name}`, async () => {
      await invalidates(update(change), message)
    })
  }

  await t.test("refuses two indexes at once, and one that is not there", async () => {
    const drop = (IndexName: string) => ({ Delete: { IndexName } })
    await refuses(
      update({ GlobalSecondaryIndexUpdates: [drop("late"), drop("none")] }),
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    )
    await refuses(
      update({ GlobalSecondaryIndexUpdates: [drop("none")] }),
      "ResourceNotFoundException",
      "Requested resource not found: Index none for table Music",
    )
  })

  await t.test("an index follows its table's billing", async () => {
    await update({ BillingMode: "PAY_PER_REQUEST" })
    const again = { ReadCapacityUnits: 7, WriteCapacityUnits: 7 }
    await invalidates(
      update({ BillingMode: "PROVISIONED", ProvisionedThroughput: again }),
      `${PARAMETERS}ProvisionedThroughput must be specified for index: late`,
    )
    await invalidates(
      update({ GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "late", ProvisionedThroughput: again } }] }),
      `${PARAMETERS}The only Updates for index: late when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
    )
    await update({
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: again,
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "late", ProvisionedThroughput: again } }],
    })
    const { Table } = await db.describeTable({ TableName: "Music" })
    assert.equal(Table!.GlobalSecondaryIndexes![0]!.ProvisionedThroughput!.ReadCapacityUnits, 7)
  })
})
