import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { DynamoDB, paginateScan } from "@aws-sdk/client-dynamodb"
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams"
import { Kinesis, waitUntilStreamExists } from "@aws-sdk/client-kinesis"
import { eventually } from "../harness/eventually.ts"
import { startPostgres } from "../harness/postgres.ts"
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts"
import { bySequence, createStreamed, readAll, TableName } from "../wire/dynamodb-streams-world.ts"
import { TABLE } from "../wire/dynamodb-world.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-table-streams-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const key = (pk: string) => ({ pk: { S: pk }, sk: { N: "1" } })

test("kill -9 in the middle of writes: the stream has a record of each item that is there, and of no other", async () => {
  const flags = ["--data-dir", join(directory, "killed")]
  let arn = ""
  let next = 0
  for (let round = 0; round < 3; round++) {
    const server = await startServerProcess(flags)
    const db = new DynamoDB({ ...server.client, maxAttempts: 1 })
    if (round === 0) arn = await createStreamed(db)
    const floor = next + 120
    let isDead = false
    const write = async () => {
      while (!isDead) {
        const id = `item-${next++}`
        await (next % 3 === 0
          ? db.transactWriteItems({
              TransactItems: ["a", "b"].map((half) => ({ Put: { TableName, Item: key(`${id}${half}`) } })),
            })
          : db.putItem({ TableName, Item: key(id) })
        ).catch(() => undefined)
        if (next >= floor && !isDead) {
          isDead = true
          await server.kill()
        }
      }
    }
    await Promise.all(Array.from({ length: 8 }, write))
  }
  const server = await startServerProcess(flags)
  const there: string[] = []
  for await (const { Items } of paginateScan({ client: new DynamoDB(server.client) }, { TableName }))
    for (const { pk } of Items!) there.push(pk!.S!)
  const records = await readAll(new DynamoDBStreams(server.client), arn)
  await server.stop()
  assert.ok(there.length >= 300, `${there.length}`)
  assert.deepEqual(records.map(({ dynamodb }) => dynamodb!.Keys!.pk!.S!).toSorted(), there.toSorted())
})

test("kill -9 in the middle of writes: each acknowledged one arrives in the stream of Kinesis, at least once", async () => {
  const flags = ["--data-dir", join(directory, "replicated"), "--unlimited-streams"]
  const acknowledged = new Set<string>()
  const StreamName = "changes"
  let next = 0
  for (let round = 0; round < 3; round++) {
    const server = await startServerProcess(flags)
    const db = new DynamoDB({ ...server.client, maxAttempts: 1 })
    if (round === 0) {
      const kinesis = new Kinesis(server.client)
      await kinesis.createStream({ StreamName, ShardCount: 1 })
      await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30, minDelay: 1 }, { StreamName })
      await db.createTable(TABLE)
      const StreamArn = (await kinesis.describeStreamSummary({ StreamName })).StreamDescriptionSummary!.StreamARN!
      await db.enableKinesisStreamingDestination({ TableName, StreamArn })
      await eventually(async () => {
        const { KinesisDataStreamDestinations: all } = await db.describeKinesisStreamingDestination({ TableName })
        return all![0]!.DestinationStatus === "ACTIVE"
      })
    }
    const floor = acknowledged.size + 100
    let isDead = false
    const write = async () => {
      while (!isDead) {
        const id = `item-${next++}`
        const isAcknowledged = await db.putItem({ TableName, Item: key(id) }).then(
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
  const kinesis = new Kinesis(server.client)
  const arrived = new Set<string>()
  const ShardId = "shardId-000000000000"
  let { ShardIterator } = await kinesis.getShardIterator({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" })
  await eventually(async () => {
    const { Records, NextShardIterator } = await kinesis.getRecords({ ShardIterator: ShardIterator! })
    ShardIterator = NextShardIterator
    for (const { Data } of Records!) arrived.add(JSON.parse(Buffer.from(Data!).toString()).dynamodb.Keys.pk.S)
    return [...acknowledged].every((id) => arrived.has(id))
  })
  await server.stop()
  assert.ok(acknowledged.size >= 300)
})

const postgres = await startPostgres()
after(() => typeof postgres !== "string" && postgres.stop())

test("two nodes write to one stream, and none misses that it ends", {
  skip: typeof postgres === "string" && postgres,
}, async () => {
  if (typeof postgres === "string") return
  const url = await postgres.createDatabase()
  const nodes: ServerProcess[] = []
  after(() => Promise.all(nodes.map((node) => node.stop())))
  while (nodes.length < 2)
    nodes.push(await startServerProcess(["--database-url", url, "--data-dir", join(directory, "shared")]))
  const [one, two] = nodes.map(({ client }) => new DynamoDB({ ...client, maxAttempts: 1 })) as [DynamoDB, DynamoDB]
  const arn = await createStreamed(one)
  const [mine, others] = nodes.map(({ client }) => new DynamoDBStreams(client)) as [DynamoDBStreams, DynamoDBStreams]
  await eventually(() =>
    others.describeStream({ StreamArn: arn }).then(
      () => true,
      () => false,
    ),
  )
  const keys = ["a", "b", "c"]
  const add = (db: DynamoDB, pk: string) =>
    db.updateItem({
      TableName,
      Key: key(pk),
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    })
  await Promise.all(
    [one, two].flatMap((db) =>
      keys.map(async (pk) => {
        for (let i = 0; i < 20; i++) await add(db, pk)
      }),
    ),
  )
  const numbersOf = async (streams: DynamoDBStreams, pk: string) =>
    bySequence(await readAll(streams, arn))
      .filter(({ dynamodb }) => dynamodb!.Keys!.pk!.S === pk)
      .map(({ dynamodb }) => Number(dynamodb!.NewImage!.n!.N))
  const inOrder = Array.from({ length: 40 }, (_, i) => i + 1)
  for (const streams of [mine, others]) for (const pk of keys) assert.deepEqual(await numbersOf(streams, pk), inOrder)
  await one.updateTable({ TableName, StreamSpecification: { StreamEnabled: false } })
  // The other node may not have heard of it yet: what it writes is in the table, and not in a stream that has ended.
  await Promise.all(keys.map((pk) => add(two, pk)))
  for (const pk of keys) assert.deepEqual(await numbersOf(others, pk), inOrder)
})
