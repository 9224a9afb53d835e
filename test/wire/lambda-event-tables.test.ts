import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { eventually } from "../harness/eventually.ts"
import { type EventSourcesWorld, openEventSourcesWorld } from "./event-sources-world.ts"
import { invalidates } from "./lambda-world.ts"

/** A record of a table's stream as a function gets it. */
interface TableRecord {
  eventID: string
  eventName: string
  dynamodb: {
    ApproximateCreationDateTime: number
    Keys: { id: { S: string } }
    NewImage?: Record<string, { S?: string; N?: string }>
    SequenceNumber: string
    SizeBytes: number
  }
}

let world: EventSourcesWorld
let db: DynamoDB
before(async () => {
  world = await openEventSourcesWorld()
  db = new DynamoDB(world.server.client)
  await world.allow(READS)
})
after(() => world[Symbol.asyncDispose]())

const READS = {
  Effect: "Allow",
  Action: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
  Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/*/stream/*",
}

async function createTable(TableName: string): Promise<string> {
  const { TableDescription } = await db.createTable({
    TableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  })
  return TableDescription!.LatestStreamArn!
}

const put = (TableName: string, id: string, n: number) =>
  db.putItem({ TableName, Item: { id: { S: id }, n: { N: String(n) } } })

const recordsOf = (name: string): TableRecord[] =>
  world.eventsOf(name).flatMap(({ Records }) => Records as unknown as TableRecord[])

async function map(FunctionName: string, EventSourceArn: string, more: object = {}): Promise<string> {
  const made = await world.lambda.createEventSourceMapping({
    FunctionName,
    EventSourceArn,
    StartingPosition: "TRIM_HORIZON",
    ...more,
  })
  await eventually(async () => (await world.lambda.getEventSourceMapping({ UUID: made.UUID })).State === "Enabled")
  return made.UUID!
}

describe("a table that a function follows", () => {
  it("tells each change as AWS tells it", async () => {
    const arn = await createTable("changes")
    await world.reader("changes")
    await map("changes", arn)
    await put("changes", "a", 1)
    await put("changes", "a", 2)
    await db.deleteItem({ TableName: "changes", Key: { id: { S: "a" } } })
    const records = await eventually(() => recordsOf("changes").length === 3 && recordsOf("changes"))
    assert.deepEqual(
      records.map(({ eventName }) => eventName),
      ["INSERT", "MODIFY", "REMOVE"],
    )
    const { eventID, dynamodb, ...rest } = records[1]!
    assert.match(eventID, /^[0-9a-f]{32}$/)
    assert.deepEqual(rest, {
      eventName: "MODIFY",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: arn,
    })
    const { ApproximateCreationDateTime, SequenceNumber, SizeBytes, ...part } = dynamodb
    assert.deepEqual(part, {
      Keys: { id: { S: "a" } },
      NewImage: { id: { S: "a" }, n: { N: "2" } },
      OldImage: { id: { S: "a" }, n: { N: "1" } },
      StreamViewType: "NEW_AND_OLD_IMAGES",
    })
    assert.match(SequenceNumber, /^\d+$/)
    assert.ok(SizeBytes > 0)
    assert.equal(ApproximateCreationDateTime, Math.floor(ApproximateCreationDateTime))
  })

  it("tells what its filters let through", async () => {
    const arn = await createTable("filtered")
    await world.reader("filtered")
    const Pattern = JSON.stringify({
      eventName: ["INSERT"],
      dynamodb: { NewImage: { id: { S: [{ prefix: "yes" }] } } },
    })
    await map("filtered", arn, { FilterCriteria: { Filters: [{ Pattern }] } })
    for (const id of ["yes-1", "no-1", "yes-2"]) await put("filtered", id, 1)
    await put("filtered", "yes-1", 2)
    await put("filtered", "yes-3", 1)
    await eventually(() => recordsOf("filtered").length === 3)
    assert.deepEqual(
      new Set(recordsOf("filtered").map(({ dynamodb }) => dynamodb.Keys.id.S)),
      new Set(["yes-1", "yes-2", "yes-3"]),
    )
  })

  it("keeps the changes of an item in their order, in several lanes too", async () => {
    const arn = await createTable("ordered")
    await world.reader("ordered")
    await map("ordered", arn, { ParallelizationFactor: 3, BatchSize: 4 })
    for (let n = 0; n < 20; n++) await Promise.all(["a", "b", "c", "d", "e"].map((id) => put("ordered", id, n)))
    await eventually(() => recordsOf("ordered").length === 100)
    for (const id of ["a", "b", "c", "d", "e"])
      assert.deepEqual(
        recordsOf("ordered")
          .filter(({ dynamodb }) => dynamodb.Keys.id.S === id)
          .map(({ dynamodb }) => Number(dynamodb.NewImage!.n!.N)),
        Array.from({ length: 20 }, (_, n) => n),
      )
  })

  it("is read to its end when its stream is disabled", async () => {
    const arn = await createTable("ended")
    await world.reader("ended")
    const uuid = await map("ended", arn)
    await put("ended", "a", 1)
    await db.updateTable({ TableName: "ended", StreamSpecification: { StreamEnabled: false } })
    await put("ended", "b", 1)
    await eventually(() => recordsOf("ended").length === 1)
    await world.server.work.settle()
    assert.equal(recordsOf("ended").length, 1)
    assert.equal((await world.lambda.getEventSourceMapping({ UUID: uuid })).State, "Enabled")
  })

  it("is one whose stream the function's role may read", async () => {
    const arn = await createTable("barred")
    await world.reader("barred")
    const create = (more: object = {}) =>
      world.lambda.createEventSourceMapping({
        FunctionName: "barred",
        EventSourceArn: arn,
        StartingPosition: "TRIM_HORIZON",
        ...more,
      })
    await world.allow({ ...READS, Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/barred" })
    await invalidates(
      create(),
      `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    )
    assert.match(await world.server.explain(), /dynamodb:GetRecords is what it lacks first/)
    await world.allow(READS)
    await invalidates(
      create({ StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: new Date() }),
      `Unsupported starting position for arn type: ${arn}`,
    )
  })
})
