import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { CreateTableCommand, DynamoDB, DynamoDBClient, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb"
import { eventually } from "../harness/eventually.ts"
import { startServerProcess } from "../harness/server-process.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-kill-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const TableName = "acknowledged"

test("kill -9 in the middle of writes loses nothing that was acknowledged", async () => {
  const flags = ["--data-dir", join(directory, "data")]
  const acknowledged = new Set<string>()
  let next = 0
  for (let round = 0; round < 4; round++) {
    const server = await startServerProcess(flags)
    const client = new DynamoDBClient(server.client)
    if (round === 0)
      await client.send(
        new CreateTableCommand({
          TableName,
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          BillingMode: "PAY_PER_REQUEST",
        }),
      )
    const floor = acknowledged.size + 150
    let isDead = false
    const write = async () => {
      while (!isDead) {
        const id = `item-${next++}`
        // What fails was cut off: it may be there or not.
        const isAcknowledged = await client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } })).then(
          () => true,
          () => false,
        )
        if (isAcknowledged) acknowledged.add(id)
        if (acknowledged.size >= floor && !isDead) {
          isDead = true
          await server.kill()
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, write))
  }
  const server = await startServerProcess(flags)
  const found = new Set<string>()
  for await (const { Items } of paginateScan({ client: new DynamoDBClient(server.client) }, { TableName }))
    for (const { id } of Items!) found.add(id!.S!)
  await server.stop()
  assert.ok(acknowledged.size >= 600)
  assert.deepEqual(
    [...acknowledged].filter((id) => !found.has(id)),
    [],
  )
})

test("kill -9 in the middle of a new index and of a deletion: both go on where they were", async () => {
  const flags = ["--data-dir", join(directory, "background")]
  const items = 2_000
  let server = await startServerProcess(flags)
  let db = new DynamoDB(server.client)
  const restart = async () => {
    await server.kill()
    server = await startServerProcess(flags)
    db = new DynamoDB(server.client)
  }
  const index = async () => (await db.describeTable({ TableName })).Table!.GlobalSecondaryIndexes?.[0]
  await db.createTable({
    TableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  })
  const batch = (from: number) =>
    Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { id: { S: `${from + i}` }, g: { S: "g" } } } }))
  for (let from = 0; from < items; from += 25) await db.batchWriteItem({ RequestItems: { [TableName]: batch(from) } })
  await db.updateTable({
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
  })
  await restart()
  await eventually(async () => (await index())?.IndexStatus === "ACTIVE")
  const { Count } = await db.scan({ TableName, IndexName: "byG", Select: "COUNT" })
  assert.equal(Count, items)
  await db.deleteTable({ TableName })
  await restart()
  await eventually(async () => (await db.listTables({})).TableNames!.length === 0)
  await server.stop()
})
