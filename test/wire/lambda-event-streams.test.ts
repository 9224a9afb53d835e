import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { eventually } from "../harness/eventually.ts"
import { type EventSourcesWorld, openEventSourcesWorld, READS, streamArn, textOf } from "./event-sources-world.ts"
import { invalidates, refuses } from "./lambda-world.ts"

let world: EventSourcesWorld
before(async () => {
  world = await openEventSourcesWorld(["--clock-control"])
})
after(() => world[Symbol.asyncDispose]())

const get = (UUID: string) => world.lambda.getEventSourceMapping({ UUID })
const has = (name: string, ...texts: string[]) =>
  eventually(() => texts.every((text) => world.textsOf(name).includes(text)))

describe("a stream that a function reads", () => {
  it("is handed over as AWS hands it over", async () => {
    await world.reader("plain")
    await world.stream("plain")
    await world.put("plain", "before")
    const uuid = await world.map("plain", "plain")
    assert.equal((await get(uuid)).StateTransitionReason, "User action")
    await has("plain", "before")
    await world.put("plain", "after")
    await has("plain", "after")
    const [first] = world.eventsOf("plain")
    const [record, ...others] = first!.Records
    assert.deepEqual(others, [])
    const { kinesis, ...rest } = record!
    assert.deepEqual(rest, {
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `shardId-000000000000:${kinesis.sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: world.role,
      awsRegion: "us-east-1",
      eventSourceARN: streamArn("plain"),
    })
    const { approximateArrivalTimestamp, sequenceNumber, ...part } = kinesis
    assert.deepEqual(part, {
      kinesisSchemaVersion: "1.0",
      partitionKey: "before",
      data: Buffer.from("before").toString("base64"),
    })
    assert.match(sequenceNumber, /^\d{56}$/)
    assert.ok(Math.abs(approximateArrivalTimestamp - Date.now() / 1000) < 600)
    await eventually(async () => (await get(uuid)).LastProcessingResult === "OK")
    assert.deepEqual(world.textsOf("plain"), ["before", "after"])
  })

  it("is read from where the mapping says", async () => {
    await world.stream("starts")
    await world.put("starts", "one")
    await new Promise((resolve) => setTimeout(resolve, 5))
    const between = new Date()
    await world.put("starts", "two")
    for (const name of ["horizon", "latest", "timestamp"]) await world.reader(name)
    await world.map("horizon", "starts")
    await world.map("latest", "starts", { StartingPosition: "LATEST" })
    await world.map("timestamp", "starts", { StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: between })
    await world.put("starts", "three")
    for (const name of ["horizon", "latest", "timestamp"]) await has(name, "three")
    assert.deepEqual(world.textsOf("horizon"), ["one", "two", "three"])
    assert.deepEqual(world.textsOf("latest"), ["three"])
    assert.deepEqual(world.textsOf("timestamp"), ["two", "three"])
  })

  it("comes in batches of at most so many, in order", async () => {
    await world.reader("batches")
    await world.stream("batches")
    const texts = Array.from({ length: 25 }, (_, i) => `r${i}`)
    await world.put("batches", ...texts)
    await world.map("batches", "batches", { BatchSize: 10 })
    await has("batches", "r24")
    assert.deepEqual(
      world.eventsOf("batches").map(({ Records }) => Records.length),
      [10, 10, 5],
    )
    assert.deepEqual(world.textsOf("batches"), texts)
  })

  it("fits into 6 MB an event, however many records that is", async () => {
    await world.reader("large")
    await world.stream("large")
    const texts = Array.from({ length: 9 }, (_, i) => String(i).repeat(1_000_000))
    for (const text of texts)
      await world.kinesis.putRecord({ StreamName: "large", PartitionKey: "k", Data: Buffer.from(text) })
    await world.map("large", "large")
    await eventually(() => world.textsOf("large").length === 9)
    assert.deepEqual(
      world.eventsOf("large").map(({ Records }) => Records.length),
      [4, 4, 1],
    )
  })

  it("is gathered for as long as the mapping says", async () => {
    await world.reader("gathered")
    await world.stream("gathered")
    await world.map("gathered", "gathered", { MaximumBatchingWindowInSeconds: 1, BatchSize: 100 })
    for (const text of ["a", "b", "c"]) await world.put("gathered", text)
    await has("gathered", "c")
    assert.deepEqual(
      world.eventsOf("gathered").map(({ Records }) => Records.map(textOf)),
      [["a", "b", "c"]],
    )
  })

  it("is filtered", async () => {
    await world.reader("filtered")
    await world.stream("filtered")
    const uuid = await world.map("filtered", "filtered", {
      FilterCriteria: {
        Filters: [{ Pattern: '{"data":{"city":[{"prefix":"S"}]}}' }, { Pattern: '{"data":["plain"]}' }],
      },
    })
    await world.put("filtered", '{"city":"Seattle"}', '{"city":"Portland"}', "plain", "other", '{"city":"Spokane"}')
    await has("filtered", '{"city":"Spokane"}')
    assert.deepEqual(world.textsOf("filtered"), ['{"city":"Seattle"}', "plain", '{"city":"Spokane"}'])
    assert.equal((await get(uuid)).FilterCriteria!.Filters!.length, 2)
  })

  it("is read by several functions, each for itself", async () => {
    await world.stream("shared")
    for (const name of ["first-reader", "second-reader"]) {
      await world.reader(name)
      await world.map(name, "shared")
    }
    await world.put("shared", "x", "y")
    for (const name of ["first-reader", "second-reader"]) {
      await has(name, "y")
      assert.deepEqual(world.textsOf(name), ["x", "y"])
    }
  })

  it("is read by a consumer of it, whose ARN its events tell", async () => {
    await world.reader("consumer")
    const StreamARN = await world.stream("consumed")
    const { Consumer } = await world.kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "c" })
    const EventSourceArn = Consumer!.ConsumerARN!
    await world.server.work.settle()
    const create = (arn = EventSourceArn) => world.map("consumer", "consumed", { EventSourceArn: arn })
    await invalidates(
      create(),
      /^Cannot access stream arn:aws:kinesis:.*\/consumer\/c:\d+\. Please ensure the role can/,
    )
    await world.allow(READS, { Effect: "Allow", Action: "kinesis:SubscribeToShard", Resource: EventSourceArn })
    const nobodys = EventSourceArn.replace("/c:", "/nobodys:")
    await world.allow(READS, { Effect: "Allow", Action: "kinesis:SubscribeToShard", Resource: "*" })
    await invalidates(create(nobodys), `Stream not found: ${nobodys}`)
    await create()
    await world.put("consumed", "x")
    await has("consumer", "x")
    const [record] = world.eventsOf("consumer")[0]!.Records
    assert.equal((record as { eventSourceARN?: string }).eventSourceARN, EventSourceArn)
    await world.allow(READS)
  })

  it("is read shard by shard, and parents before their children", async () => {
    await world.reader("resharded")
    await world.stream("resharded", 1)
    await world.map("resharded", "resharded", { BatchSize: 3 })
    const key = (i: number) => `${i}`
    const put = async (from: number, to: number) => {
      for (let i = from; i < to; i++) await world.put("resharded", key(i))
    }
    await put(0, 10)
    await world.kinesis.splitShard({
      StreamName: "resharded",
      ShardToSplit: "shardId-000000000000",
      NewStartingHashKey: String(2n ** 127n),
    })
    await world.server.work.settle()
    await put(10, 20)
    await eventually(() => world.textsOf("resharded").length === 20)
    const texts = world.textsOf("resharded")
    assert.deepEqual(
      texts.slice(0, 10),
      Array.from({ length: 10 }, (_, i) => key(i)),
    )
    assert.deepEqual(new Set(texts.slice(10)), new Set(Array.from({ length: 10 }, (_, i) => key(i + 10))))
    const shards = new Set(
      world.eventsOf("resharded").flatMap(({ Records }) => Records.map(({ eventID }) => eventID.split(":")[0])),
    )
    assert.equal(shards.size, 3)
  })
})

describe("a mapping", () => {
  it("is disabled, enabled again where it stood, and deleted while it is read from", async () => {
    await world.reader("switched")
    await world.stream("switched")
    const uuid = await world.map("switched", "switched")
    await world.put("switched", "one")
    await has("switched", "one")
    const off = await world.lambda.updateEventSourceMapping({ UUID: uuid, Enabled: false })
    assert.equal(off.State, "Disabling")
    await eventually(async () => (await get(uuid)).State === "Disabled")
    await world.put("switched", "two")
    await world.server.work.settle()
    assert.deepEqual(world.textsOf("switched"), ["one"])
    const on = await world.lambda.updateEventSourceMapping({ UUID: uuid, Enabled: true })
    assert.equal(on.State, "Enabling")
    await has("switched", "two")
    assert.deepEqual(world.textsOf("switched"), ["one", "two"])
    const gone = await world.lambda.deleteEventSourceMapping({ UUID: uuid })
    assert.equal(gone.State, "Deleting")
    await eventually(() =>
      get(uuid).then(
        () => false,
        ({ name }) => name === "ResourceNotFoundException",
      ),
    )
    await world.put("switched", "three")
    await world.server.work.settle()
    assert.deepEqual(world.textsOf("switched"), ["one", "two"])
  })

  it("counts what was under way when it was disabled", async () => {
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    await world.reader("under-way", async () => {
      begun.resolve()
      await end.promise
      return undefined
    })
    await world.stream("under-way")
    const uuid = await world.map("under-way", "under-way")
    await world.put("under-way", "one")
    await begun.promise
    await world.lambda.updateEventSourceMapping({ UUID: uuid, Enabled: false })
    await eventually(async () => (await get(uuid)).State === "Disabled")
    end.resolve()
    await eventually(async () => (await get(uuid)).LastProcessingResult === "OK")
    await world.put("under-way", "two")
    await world.lambda.updateEventSourceMapping({ UUID: uuid, Enabled: true })
    await has("under-way", "two")
    assert.deepEqual(world.textsOf("under-way"), ["one", "two"])
  })

  it("is told as Creating and Updating, and cannot be changed meanwhile", async () => {
    await world.reader("busy")
    await world.stream("busy")
    await world.server.work.pause()
    const made = await world.lambda.createEventSourceMapping({
      FunctionName: "busy",
      EventSourceArn: streamArn("busy"),
      StartingPosition: "LATEST",
    })
    assert.deepEqual([made.State, made.LastProcessingResult], ["Creating", "No records processed"])
    const { UUID } = made
    await refuses(
      world.lambda.updateEventSourceMapping({ UUID, BatchSize: 5 }),
      "ResourceInUseException",
      400,
      "Cannot update the event source mapping because it is in use.",
    )
    await refuses(
      world.lambda.deleteEventSourceMapping({ UUID }),
      "ResourceInUseException",
      400,
      "Cannot delete the event source mapping because it is in use.",
    )
    await world.server.work.resume()
    await eventually(async () => (await get(UUID!)).State === "Enabled")
    assert.equal((await world.lambda.updateEventSourceMapping({ UUID, BatchSize: 5 })).State, "Updating")
    await eventually(async () => (await get(UUID!)).State === "Enabled")
    assert.equal((await get(UUID!)).BatchSize, 5)
  })

  it("needs a role that may read, at its creation and while it is read from", async () => {
    await world.reader("barred")
    const arn = await world.stream("barred")
    const text = `Cannot access stream ${arn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.`
    const create = () =>
      world.lambda.createEventSourceMapping({
        FunctionName: "barred",
        EventSourceArn: arn,
        StartingPosition: "TRIM_HORIZON",
      })
    for (const Action of READS.Action) {
      await world.allow({ ...READS, Action: READS.Action.filter((one) => one !== Action) })
      await invalidates(create(), text)
      assert.match(await world.server.explain(), new RegExp(`${Action} is what it lacks first`))
    }
    await world.allow({ ...READS, Resource: streamArn("other") })
    await invalidates(create(), text)
    await world.allow(READS)
    await invalidates(
      world.lambda.createEventSourceMapping({
        FunctionName: "barred",
        EventSourceArn: streamArn("nowhere"),
        StartingPosition: "LATEST",
      }),
      `Stream not found: ${streamArn("nowhere")}`,
    )
    const uuid = await world.map("barred", "barred")
    await world.allow({ ...READS, Effect: "Deny" })
    await world.put("barred", "unread")
    await eventually(async () => (await get(uuid)).LastProcessingResult === `PROBLEM: ${text}`)
    assert.deepEqual(world.textsOf("barred"), [])
    await world.allow(READS)
    await world.server.clock.advance({ seconds: 11 })
    await has("barred", "unread")
  })
})
