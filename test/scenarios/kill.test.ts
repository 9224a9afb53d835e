import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { CreateTableCommand, DynamoDB, DynamoDBClient, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb"
import { IAM } from "@aws-sdk/client-iam"
import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda"
import { eventually } from "../harness/eventually.ts"
import { FUNCTION_FLAGS } from "../harness/functions.ts"
import { startPostgres } from "../harness/postgres.ts"
import type { ClientOptions } from "../harness/server.ts"
import { startServerProcess } from "../harness/server-process.ts"
import { startWebServer } from "../harness/web-server.ts"
import { zipOf } from "../harness/zip.ts"
import { TRUSTS_LAMBDA } from "../wire/lambda-world.ts"

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

async function createFunction(options: ClientOptions, FunctionName: string, source: string): Promise<void> {
  const iam = new IAM(options)
  const { Role } = await iam.createRole({ RoleName: "runs", AssumeRolePolicyDocument: TRUSTS_LAMBDA })
  const client = new Lambda(options)
  await client.createFunction({
    FunctionName,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: Role!.Arn!,
    Timeout: 60,
    Code: { ZipFile: zipOf({ "index.mjs": source }) },
  })
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 60 }, { FunctionName })
}

test("kill -9 in the middle of events loses none that was accepted: each is run, and may be run twice", async () => {
  const flags = ["--data-dir", join(directory, "events"), ...FUNCTION_FLAGS]
  const seen = new Set<string>()
  const listener = await startWebServer(async (request, response) => {
    let body = ""
    for await (const piece of request.setEncoding("utf8")) body += piece
    seen.add(body)
    response.end()
  })
  after(() => listener[Symbol.asyncDispose]())
  let server = await startServerProcess(flags)
  const source = `export const handler = async ({ id }) => { await fetch("${listener.url}", { method: "POST", body: id }) }\n`
  const FunctionName = "counting"
  await createFunction(server.client, FunctionName, source)
  const accepted = new Set<string>()
  let next = 0
  for (let round = 0; round < 3; round++) {
    const lambda = new Lambda(server.client)
    const floor = accepted.size + 30
    let isDead = false
    const send = async () => {
      while (!isDead) {
        const id = `event-${next++}`
        const isAccepted = await lambda
          .invoke({ FunctionName, InvocationType: "Event", Payload: JSON.stringify({ id }) })
          .then(
            () => true,
            () => false,
          )
        if (isAccepted) accepted.add(id)
        if (accepted.size >= floor && !isDead) {
          isDead = true
          await server.kill()
        }
      }
    }
    await Promise.all(Array.from({ length: 4 }, send))
    server = await startServerProcess(flags)
  }
  assert.ok(accepted.size >= 90)
  await eventually(() => [...accepted].every((id) => seen.has(id)))
  await server.stop()
})

const postgres = await startPostgres()

describe("kill -9 of a node", { skip: typeof postgres === "string" && postgres }, () => {
  after(() => (typeof postgres === "string" ? undefined : postgres.stop()))

  test("leaves its events to another one", async () => {
    assert(typeof postgres !== "string")
    const flags = ["--database-url", await postgres.createDatabase(), "--functions", "unsandboxed"]
    const of = (name: string) => [...flags, "--data-dir", join(directory, name)]
    const told: string[] = []
    await using listener = await startWebServer(async (request, response) => {
      let body = ""
      for await (const piece of request.setEncoding("utf8")) body += piece
      told.push(body)
      response.end()
    })
    const first = await startServerProcess(of("first"))
    const other = await startServerProcess(of("other"))
    try {
      // It begins, and ends long after its node does.
      const source = `const tell = (body) => fetch("${listener.url}", { method: "POST", body })
export const handler = async ({ id }) => {
  await tell("begun " + id)
  await new Promise((go) => setTimeout(go, 2_000))
  await tell("ended " + id)
}
`
      await createFunction(first.client, "slow", source)
      const lambda = new Lambda(first.client)
      const ids = ["a", "b", "c", "d", "e"]
      for (const id of ids)
        await lambda.invoke({ FunctionName: "slow", InvocationType: "Event", Payload: JSON.stringify({ id }) })
      await eventually(() => told.length > 0)
      await first.kill()
      await eventually(() => ids.every((id) => told.includes(`ended ${id}`)))
    } finally {
      await first.stop()
      await other.stop()
    }
  })
})
