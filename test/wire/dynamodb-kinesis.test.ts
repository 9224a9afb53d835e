import assert from "node:assert/strict"
import { after, before, beforeEach, describe, test } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { IAM } from "@aws-sdk/client-iam"
import { Kinesis, waitUntilStreamExists } from "@aws-sdk/client-kinesis"
import { eventually } from "../harness/eventually.ts"
import { openStreamsWorld, type StreamsWorld } from "./dynamodb-streams-world.ts"
import { invalidates, refuses, TABLE } from "./dynamodb-world.ts"
import { createPerson, policy } from "./iam-world.ts"

const key = (pk: string) => ({ pk: { S: pk }, sk: { N: "1" } })

interface KinesisEvent {
  [name: string]: unknown
  eventName: string
  eventID: string
  userIdentity: unknown
  dynamodb: { [name: string]: unknown; Keys: { pk: { S: string } }; ApproximateCreationDateTime: number }
}

describe("what a table writes to a stream of Kinesis", () => {
  let world: StreamsWorld
  let kinesis: Kinesis
  let count = 0
  let TableName = ""
  let StreamName = ""
  let StreamArn = ""
  before(async () => {
    world = await openStreamsWorld(["--clock-control", "--unlimited-streams"])
    kinesis = new Kinesis({ ...world.server.client, maxAttempts: 2 })
  })
  after(() => world[Symbol.asyncDispose]())
  beforeEach(async () => {
    TableName = `Table${count}`
    StreamName = `stream${count++}`
    await world.db.createTable({ ...TABLE, TableName })
    await createStream(StreamName)
    StreamArn = arnOf(StreamName)
  })

  const arnOf = (name: string) => `arn:aws:kinesis:us-east-1:${world.server.account}:stream/${name}`
  async function createStream(name: string) {
    await kinesis.createStream({ StreamName: name, ShardCount: 2 })
    await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30, minDelay: 1 }, { StreamName: name })
  }
  const enable = (more: object = {}) => world.db.enableKinesisStreamingDestination({ TableName, StreamArn, ...more })
  const statuses = async () =>
    (await world.db.describeKinesisStreamingDestination({ TableName })).KinesisDataStreamDestinations!.map((one) => [
      one.StreamArn,
      one.DestinationStatus,
      one.ApproximateCreationDateTimePrecision,
    ])
  const active = () => eventually(async () => (await statuses()).at(-1)?.[1] === "ACTIVE")
  const put = (pk: string, text = "x") => world.db.putItem({ TableName, Item: { ...key(pk), text: { S: text } } })

  /** All records, those of a shard in their order. */
  async function events(): Promise<(KinesisEvent & { partitionKey: string })[]> {
    const found: (KinesisEvent & { partitionKey: string })[] = []
    for (const { ShardId } of (await kinesis.listShards({ StreamName })).Shards!) {
      const { ShardIterator } = await kinesis.getShardIterator({
        StreamName,
        ShardId,
        ShardIteratorType: "TRIM_HORIZON",
      })
      const { Records } = await kinesis.getRecords({ ShardIterator: ShardIterator! })
      for (const { Data, PartitionKey } of Records!)
        found.push({ ...JSON.parse(Buffer.from(Data!).toString()), partitionKey: PartitionKey! })
    }
    return found
  }
  const eventsOf = (number: number) =>
    eventually(async () => {
      const found = await events()
      return found.length >= number && found
    })

  test("is enabled for streams that are there, by who may write to them", async () => {
    const none = arnOf("none")
    await refuses(
      enable({ StreamArn: none }),
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${none} not found`,
    )
    for (const wrong of [
      StreamArn.replace("kinesis", "dynamodb"),
      StreamArn.replace("us-east-1", "eu-west-1"),
      `${StreamArn}/x`,
    ])
      await invalidates(enable({ StreamArn: wrong }), `Invalid StreamArn: ${wrong}`)
    await refuses(
      enable({ TableName: "None" }),
      "ResourceNotFoundException",
      "Requested resource not found: Table: None not found",
    )
    const name = `person${count}`
    const person = await createPerson(world.server, name)
    const mine = new DynamoDB({ ...person.options, maxAttempts: 2 })
    const table = `arn:aws:dynamodb:us-east-1:${world.server.account}:table/${TableName}`
    const needed = [
      ["dynamodb:EnableKinesisStreamingDestination", table],
      ["kinesis:ListStreams", "*"],
      ["kinesis:DescribeStream", StreamArn],
      ["kinesis:PutRecords", StreamArn],
    ] as const
    for (const [i, [action]] of needed.entries()) {
      const statements = needed.slice(0, i).map(([Action, Resource]) => ({ Action, Resource }))
      const PolicyDocument = policy({ Action: "none:None", Resource: "*" }, ...statements)
      await new IAM(world.server.client).putUserPolicy({
        UserName: name,
        PolicyName: "p",
        PolicyDocument,
      })
      await refuses(
        mine.enableKinesisStreamingDestination({ TableName, StreamArn }),
        "AccessDeniedException",
        new RegExp(`not authorized to perform: ${action} on`),
      )
    }
    const PolicyDocument = policy(...needed.map(([Action, Resource]) => ({ Action, Resource })))
    await new IAM(world.server.client).putUserPolicy({
      UserName: name,
      PolicyName: "p",
      PolicyDocument,
    })
    await mine.enableKinesisStreamingDestination({ TableName, StreamArn })
    await active()
  })

  test("each change, as AWS writes it", async () => {
    const { KinesisDataStreamDestinations } = await world.db.describeKinesisStreamingDestination({ TableName })
    assert.deepEqual(KinesisDataStreamDestinations, [])
    await put("before")
    const answer = await enable()
    assert.deepEqual(
      [answer.TableName, answer.StreamArn, answer.DestinationStatus, answer.EnableKinesisStreamingConfiguration],
      [TableName, StreamArn, "ENABLING", { ApproximateCreationDateTimePrecision: "MILLISECOND" }],
    )
    await active()
    assert.deepEqual(await statuses(), [[StreamArn, "ACTIVE", "MILLISECOND"]])
    const started = (await world.server.clock.now()).getTime()
    await put("a", "one")
    await put("a", "one")
    await put("a", "two")
    await world.db.deleteItem({ TableName, Key: key("a") })
    const [inserted, modified, removed, ...others] = await eventsOf(3)
    assert.deepEqual(others, [])
    const { eventID, dynamodb, partitionKey, ...rest } = inserted!
    assert.deepEqual(rest, {
      awsRegion: "us-east-1",
      eventName: "INSERT",
      userIdentity: null,
      recordFormat: "application/json",
      tableName: TableName,
      eventSource: "aws:dynamodb",
    })
    assert.match(eventID, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const { ApproximateCreationDateTime, ...parts } = dynamodb
    assert.ok(ApproximateCreationDateTime >= started - 1 && ApproximateCreationDateTime < started + 120_000)
    assert.deepEqual(parts, {
      Keys: key("a"),
      NewImage: { ...key("a"), text: { S: "one" } },
      SizeBytes: parts.SizeBytes,
      ApproximateCreationDateTimePrecision: "MILLISECOND",
    })
    assert.deepEqual([modified!.eventName, removed!.eventName], ["MODIFY", "REMOVE"])
    assert.deepEqual(modified!.dynamodb.OldImage, { ...key("a"), text: { S: "one" } })
    assert.deepEqual(removed!.dynamodb.OldImage, { ...key("a"), text: { S: "two" } })
    assert.equal(modified!.partitionKey, partitionKey, "one for each item")
  })

  test("each item's changes in their order, of several writers", async () => {
    await enable()
    await active()
    const add = (pk: string) =>
      world.db.updateItem({
        TableName,
        Key: key(pk),
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      })
    await Promise.all(
      ["a", "b", "c", "d"].map(async (pk) => {
        for (let i = 0; i < 12; i++) await add(pk)
      }),
    )
    const found = await eventsOf(48)
    for (const pk of ["a", "b", "c", "d"]) {
      const numbers = found
        .filter(({ dynamodb }) => dynamodb.Keys.pk.S === pk)
        .map(({ dynamodb }) => Number((dynamodb.NewImage as { n: { N: string } }).n.N))
      assert.deepEqual(
        numbers,
        Array.from({ length: 12 }, (_, i) => i + 1),
      )
    }
    assert.equal(new Set(found.map(({ eventID }) => eventID)).size, 48)
  })

  test("beside a stream of its own, and with what the time to live removes", async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" as const }
    await world.db.updateTable({ TableName, StreamSpecification })
    await enable()
    await active()
    await world.db.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "until" } })
    await world.server.work.settle()
    const until = Math.floor((await world.server.clock.now()).getTime() / 1000) + 60
    await world.db.putItem({ TableName, Item: { ...key("a"), until: { N: String(until) } } })
    await world.server.clock.advance({ minutes: 2 })
    await world.server.work.settle()
    const [inserted, removed] = await eventsOf(2)
    assert.deepEqual([inserted!.eventName, removed!.eventName], ["INSERT", "REMOVE"])
    assert.ok(inserted!.dynamodb.NewImage)
    assert.deepEqual(removed!.userIdentity, { type: "Service", principalId: "dynamodb.amazonaws.com" })
  })

  test("with microseconds, also from a change on", async () => {
    const precise = { ApproximateCreationDateTimePrecision: "MICROSECOND" as const }
    await enable({ EnableKinesisStreamingConfiguration: precise })
    await active()
    assert.deepEqual(await statuses(), [[StreamArn, "ACTIVE", "MICROSECOND"]])
    await put("a")
    const [event] = await eventsOf(1)
    assert.equal(event!.dynamodb.ApproximateCreationDateTimePrecision, "MICROSECOND")
    assert.ok(
      Math.abs(event!.dynamodb.ApproximateCreationDateTime / 1000 - (await world.server.clock.now()).getTime()) <
        600_000,
    )
    const change = (UpdateKinesisStreamingConfiguration: object | undefined, arn = StreamArn) =>
      world.db.updateKinesisStreamingDestination({
        TableName,
        StreamArn: arn,
        UpdateKinesisStreamingConfiguration: UpdateKinesisStreamingConfiguration as typeof precise,
      })
    await invalidates(change(precise), /^Invalid Request: Precision is already set to the desired value of MICROSECOND/)
    await invalidates(change(undefined), /UpdateKinesisStreamingConfiguration cannot be null/)
    await invalidates(change({}), /UpdateKinesisStreamingConfiguration cannot be null/)
    await invalidates(
      change(precise, arnOf("other")),
      /^Table is not in a valid state to update Kinesis Streaming Destination: No streaming/,
    )
    const milli = { ApproximateCreationDateTimePrecision: "MILLISECOND" as const }
    const updated = await change(milli)
    assert.deepEqual([updated.DestinationStatus, updated.UpdateKinesisStreamingConfiguration], ["UPDATING", milli])
    await active()
    await put("b")
    const found = (await eventsOf(2)).find(({ dynamodb }) => dynamodb.Keys.pk.S === "b")!
    assert.equal(found.dynamodb.ApproximateCreationDateTimePrecision, "MILLISECOND")
  })

  test("until it is disabled, and again when it is enabled anew", async () => {
    const disable = (arn = StreamArn) => world.db.disableKinesisStreamingDestination({ TableName, StreamArn: arn })
    await invalidates(
      disable(),
      `Table is not in a valid state to disable Kinesis Streaming Destination: No streaming destination with streamArn: ${StreamArn} found for table with tableName: ${TableName}`,
    )
    await enable()
    await active()
    await invalidates(
      enable(),
      "Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
    )
    await put("a")
    assert.equal((await disable()).DestinationStatus, "DISABLING")
    await put("between")
    await eventually(async () => (await statuses())[0]![1] === "DISABLED")
    await invalidates(disable(), /No streaming destination/)
    assert.deepEqual(
      (await events()).map(({ dynamodb }) => dynamodb.Keys.pk.S),
      ["a"],
    )
    await enable()
    await active()
    assert.equal((await statuses()).length, 1)
    await put("again")
    const pks = (await eventsOf(2)).map(({ dynamodb }) => dynamodb.Keys.pk.S)
    assert.deepEqual(pks.toSorted(), ["a", "again"])
  })

  test("what was written before the table was deleted", async () => {
    await enable()
    await active()
    await world.server.work.pause()
    for (const pk of ["a", "b", "c"]) await put(pk)
    await world.db.deleteTable({ TableName })
    await world.server.work.resume()
    await world.server.clock.advance({ minutes: 1 })
    await world.server.work.settle()
    assert.equal((await eventsOf(3)).length, 3)
  })

  test("not what no record can hold, which keeps nothing else waiting", async () => {
    await enable()
    await active()
    const bytes = (byte: number) => ({ B: Buffer.alloc(399 * 1024, byte) })
    await world.db.putItem({ TableName, Item: { ...key("large"), bytes: bytes(1) } })
    await world.db.putItem({ TableName, Item: { ...key("large"), bytes: bytes(2) } })
    await put("large", "small again")
    await world.db.deleteItem({ TableName, Key: key("large") })
    const found = await eventsOf(3)
    assert.deepEqual(
      found.map(({ eventName }) => eventName),
      ["INSERT", "MODIFY", "REMOVE"],
      "without the one that shows both",
    )
    assert.deepEqual(found[1]!.dynamodb.NewImage, { ...key("large"), text: { S: "small again" } })
  })

  test("later, where the stream takes nothing for a while, and for a day at most", async () => {
    await enable()
    await active()
    await kinesis.putResourcePolicy({
      ResourceARN: StreamArn,
      Policy: policy({ Effect: "Deny", Principal: "*", Action: "kinesis:PutRecord", Resource: StreamArn }),
    })
    await put("old")
    await world.server.work.settle()
    assert.deepEqual(await events(), [])
    await world.server.clock.advance({ hours: 24, minutes: 1 })
    await put("new")
    await world.server.work.settle()
    await kinesis.deleteResourcePolicy({ ResourceARN: StreamArn })
    await world.server.clock.advance({ minutes: 5 })
    await world.server.work.settle()
    assert.deepEqual(
      (await eventsOf(1)).map(({ dynamodb }) => dynamodb.Keys.pk.S),
      ["new"],
    )
  })
})
