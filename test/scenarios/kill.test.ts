import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { CreateTableCommand, DynamoDBClient, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb"
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
