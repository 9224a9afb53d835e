import assert from "node:assert/strict"
import { test } from "node:test"
import type { AttributeValue, DynamoDB, UpdateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { eventually } from "../harness/eventually.ts"
import { invalidates, openWorld, refuses, TABLE } from "./dynamodb-world.ts"

type Item = Record<string, AttributeValue>

/** More than one piece of work holds. */
const MANY = 700
const TableName = "Large"
const key = (i: number) => ({ pk: { S: `p${i % 7}` }, sk: { N: String(i) } })

async function fill(db: DynamoDB, items: Item[]): Promise<void> {
  await db.createTable({ ...TABLE, TableName })
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, i) => items.slice(i * 25, i * 25 + 25))
  await Promise.all(
    batches.map((batch) =>
      db.batchWriteItem({ RequestItems: { [TableName]: batch.map((one) => ({ PutRequest: { Item: one } })) } }),
    ),
  )
}

const many = (more: (i: number) => Item = () => ({})): Item[] =>
  Array.from({ length: MANY }, (_, i) => ({ ...key(i), ...more(i) }))

const byG: UpdateTableCommandInput = {
  TableName,
  AttributeDefinitions: [{ AttributeName: "g", AttributeType: "S" }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: "byG",
        KeySchema: [{ AttributeName: "g", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    },
  ],
}
const withoutG: UpdateTableCommandInput = {
  TableName,
  GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byG" } }],
}
const ONE_AT_A_TIME =
  "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"

async function describe(db: DynamoDB) {
  const { Table } = await db.describeTable({ TableName })
  return { table: Table!, index: Table!.GlobalSecondaryIndexes?.[0] }
}

const gone = (db: DynamoDB) =>
  eventually(() =>
    db.describeTable({ TableName }).then(
      () => false,
      (error: Error) => error.name === "ResourceNotFoundException",
    ),
  )

async function queryByG(db: DynamoDB, g: string): Promise<string[]> {
  const { Items } = await db.query({
    TableName,
    IndexName: "byG",
    KeyConditionExpression: "g = :g",
    ExpressionAttributeValues: { ":g": { S: g } },
  })
  return Items!.map(({ sk }) => sk!.N!)
}

test("a large table is being deleted before it is gone", async (t) => {
  await using world = await openWorld()
  const { db, server } = world
  await fill(db, many())
  await server.work.pause()
  const { TableDescription } = await db.deleteTable({ TableName })
  assert.equal(TableDescription!.TableStatus, "DELETING")

  await t.test("it is described as one that goes, and listed", async () => {
    const { table } = await describe(db)
    assert.equal(table.TableStatus, "DELETING")
    assert.equal(table.TableId, TableDescription!.TableId)
    assert.equal(table.KeySchema, undefined)
    assert.deepEqual((await db.listTables({})).TableNames, [TableName])
  })

  await t.test("its items are gone for everybody", async () => {
    const calls = [
      () => db.getItem({ TableName, Key: key(1) }),
      () => db.scan({ TableName }),
      () => db.putItem({ TableName, Item: key(1) }),
      () => db.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: key(1) } }] }),
    ]
    for (const call of calls) await refuses(call(), "ResourceNotFoundException", "Requested resource not found")
  })

  await t.test("its name and its settings are in use", async () => {
    const text = "Attempt to change a resource which is still in use: Table is being deleted: Large"
    const ResourceArn = TableDescription!.TableArn!
    const calls = [
      () => db.createTable({ ...TABLE, TableName }),
      () => db.deleteTable({ TableName }),
      () => db.updateTable({ TableName, DeletionProtectionEnabled: true }),
      () => db.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "x" } }),
      () => db.tagResource({ ResourceArn, Tags: [{ Key: "a", Value: "b" }] }),
    ]
    for (const call of calls) await refuses(call(), "ResourceInUseException", text)
  })

  await t.test("then its name is free, and a new table of the name empty", async () => {
    await server.work.resume()
    await gone(db)
    await db.createTable({ ...TABLE, TableName })
    assert.equal((await db.scan({ TableName })).Count, 0)
    assert.equal((await describe(db)).table.ItemCount, 0)
  })
})

test("an index of a large table is made while it is written to", async (t) => {
  await using world = await openWorld()
  const { db, server } = world
  await fill(
    db,
    many((i) => ({ g: { S: i % 2 ? "odd" : "even" }, x: { S: "x".repeat(50) } })),
  )
  // Older than the index, and nothing that a key can be.
  const bad = { a: { S: "" }, b: { S: "x".repeat(2049) }, c: { N: "1" }, d: { NULL: true } }
  for (const [sk, g] of Object.values(bad).entries())
    await db.putItem({ TableName, Item: { pk: { S: "bad" }, sk: { N: String(sk) }, g } })
  await server.work.pause()

  await t.test("UpdateTable tells of what begins", async () => {
    const { TableDescription } = await db.updateTable(byG)
    const [index] = TableDescription!.GlobalSecondaryIndexes!
    assert.equal(TableDescription!.TableStatus, "UPDATING")
    assert.deepEqual([index!.IndexStatus, index!.Backfilling], ["CREATING", false])
  })

  await t.test("until it is there it cannot be read, nor another one made", async () => {
    const { table, index } = await describe(db)
    assert.deepEqual([table.TableStatus, index!.IndexStatus, index!.Backfilling], ["ACTIVE", "CREATING", true])
    await invalidates(queryByG(db, "odd"), "Cannot read from backfilling global secondary index: byG")
    await invalidates(
      db.scan({ TableName, IndexName: "byG" }),
      "Cannot read from backfilling global secondary index: byG",
    )
    const { Create } = byG.GlobalSecondaryIndexUpdates![0]!
    const another = { Create: { ...Create!, IndexName: "another" } }
    await refuses(
      db.updateTable({ ...byG, GlobalSecondaryIndexUpdates: [another] }),
      "LimitExceededException",
      ONE_AT_A_TIME,
    )
    await refuses(
      db.updateTable({
        TableName,
        GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "byG", WarmThroughput: { ReadUnitsPerSecond: 13_000 } } }],
      }),
      "ResourceInUseException",
      "Attempt to change a resource which is still in use: Index is being created.  Table: Large Index: byG",
    )
  })

  await t.test("what is written meanwhile stands in it as it was written last", async () => {
    const change = async (i: number) => {
      if (i % 3 === 0) await db.deleteItem({ TableName, Key: key(i) })
      else if (i % 3 === 1) await db.putItem({ TableName, Item: { ...key(i), g: { S: "moved" } } })
      else {
        const ExpressionAttributeValues = { ":g": { S: "updated" } }
        await db.updateItem({ TableName, Key: key(i), UpdateExpression: "SET g = :g", ExpressionAttributeValues })
      }
    }
    const some = Array.from({ length: 60 }, (_, i) => i * 11)
    await Promise.all(some.slice(0, 20).map(change))
    await server.work.resume()
    await Promise.all(some.slice(20).map(change))
    await eventually(async () => (await describe(db)).index?.IndexStatus === "ACTIVE")
    const expected = (test: (i: number) => boolean) =>
      Array.from({ length: MANY }, (_, i) => i)
        .filter((i) => test(i))
        .map(String)
        .sort()
    const isChanged = (i: number) => some.includes(i)
    const entries = {
      odd: (i: number) => i % 2 === 1 && !isChanged(i),
      even: (i: number) => i % 2 === 0 && !isChanged(i),
    }
    for (const [g, test_] of Object.entries(entries)) assert.deepEqual((await queryByG(db, g)).sort(), expected(test_))
    assert.deepEqual(
      (await queryByG(db, "moved")).sort(),
      expected((i) => isChanged(i) && i % 3 === 1),
    )
    assert.deepEqual(
      (await queryByG(db, "updated")).sort(),
      expected((i) => isChanged(i) && i % 3 === 2),
    )
    const { Count } = await db.scan({ TableName, IndexName: "byG" })
    const whole = await db.scan({
      TableName,
      FilterExpression: "pk <> :bad",
      ExpressionAttributeValues: { ":bad": { S: "bad" } },
    })
    assert.equal(Count, whole.Count)
  })

  await t.test("its size is that of what it projects", async () => {
    await eventually(async () => {
      const { table, index } = await describe(db)
      const left = MANY - 20
      if (table.ItemCount !== left + 4 || index?.ItemCount !== left) return false
      // pk, sk and g, names and values: under 30 bytes; the items have 50 more.
      assert.ok(index.IndexSizeBytes! < left * 30, `${index.IndexSizeBytes}`)
      assert.ok(table.TableSizeBytes! > left * 50, `${table.TableSizeBytes}`)
      return true
    })
  })

  await t.test("it is being deleted before it is gone", async () => {
    await server.work.pause()
    const { TableDescription } = await db.updateTable(withoutG)
    assert.equal(TableDescription!.GlobalSecondaryIndexes![0]!.IndexStatus, "DELETING")
    assert.equal((await describe(db)).index!.IndexStatus, "DELETING")
    await invalidates(queryByG(db, "odd"), "The table does not have the specified index: byG")
    await refuses(
      db.updateTable(withoutG),
      "ResourceInUseException",
      "Attempt to change a resource which is still in use: Index is being deleted.  Table: Large Index: byG",
    )
    await db.putItem({ TableName, Item: { ...key(1), g: { S: "odd" } } })
    await server.work.resume()
    await eventually(async () => (await describe(db)).index === undefined)
    assert.deepEqual((await describe(db)).table.AttributeDefinitions, TABLE.AttributeDefinitions)
  })

  await t.test("one that is being made can be given up, and the table deleted meanwhile", async () => {
    await server.work.pause()
    await db.updateTable(byG)
    await db.updateTable(withoutG)
    await server.work.resume()
    await eventually(async () => (await describe(db)).index === undefined)
    await server.work.pause()
    await db.updateTable(byG)
    await db.deleteTable({ TableName })
    await server.work.resume()
    await gone(db)
  })
})

test("a large table's time to live is enabled and disabled in the background", async () => {
  await using world = await openWorld(["--clock-control"])
  const { db, server } = world
  const now = Math.floor(Date.now() / 1000)
  await fill(
    db,
    many((i) => ({ ttl: { N: String(i % 2 ? now + 3600 : now + 7200) } })),
  )
  const change = (Enabled: boolean) =>
    db.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled, AttributeName: "ttl" } })
  const status = async () => (await db.describeTimeToLive({ TableName })).TimeToLiveDescription!.TimeToLiveStatus
  const tooOften = "Time to live has been modified multiple times within a fixed interval"
  await server.work.pause()
  await change(true)
  assert.equal(await status(), "ENABLING")
  await invalidates(change(true), "TimeToLive is already enabled")
  await invalidates(change(false), tooOften)
  await server.work.resume()
  await eventually(async () => (await status()) === "ENABLED")

  const count = async () => (await db.scan({ TableName, Select: "COUNT" })).Count
  assert.equal(await count(), MANY)
  await server.clock.advance({ seconds: 3601 })
  db.config.systemClockOffset = 3601_000
  await server.work.settle()
  assert.equal(await count(), MANY / 2)

  await server.work.pause()
  await change(false)
  assert.equal(await status(), "DISABLING")
  await invalidates(change(false), "TimeToLive is already disabled")
  await invalidates(change(true), tooOften)
  await server.work.resume()
  await eventually(async () => (await status()) === "DISABLED")
  await server.clock.advance({ hours: 2 })
  db.config.systemClockOffset = 3 * 3600_000
  await server.work.settle()
  assert.equal(await count(), MANY / 2)
})
