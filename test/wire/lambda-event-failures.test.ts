import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { S3 } from "@aws-sdk/client-s3"
import { eventually } from "../harness/eventually.ts"
import {
  type EventSourcesWorld,
  openEventSourcesWorld,
  READS,
  type StreamEvent,
  streamArn,
  textOf,
} from "./event-sources-world.ts"
import { invalidates } from "./lambda-world.ts"

let world: EventSourcesWorld
let s3: S3
const BUCKET = "arn:aws:s3:::discarded"
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:discarded"
const WRITES = { Effect: "Allow", Action: ["s3:PutObject", "s3:ListBucket", "sqs:SendMessage"], Resource: "*" }

before(async () => {
  world = await openEventSourcesWorld(["--clock-control"])
  s3 = new S3({ ...world.server.client, forcePathStyle: true })
  await s3.createBucket({ Bucket: "discarded" })
  await world.allow(READS, WRITES)
})
after(() => world[Symbol.asyncDispose]())

const get = (UUID: string) => world.lambda.getEventSourceMapping({ UUID })
const has = (name: string, text: string) => eventually(() => world.textsOf(name).includes(text))
const batchesOf = (name: string) => world.eventsOf(name).map(({ Records }) => Records.map(textOf))
const objects = async () => (await s3.listObjectsV2({ Bucket: "discarded" })).Contents?.map(({ Key }) => Key!) ?? []

/** Fails for every batch that has a poisonous record. */
const poisoned = (event: StreamEvent) =>
  event.Records.some((record) => textOf(record).startsWith("bad")) ? { throws: "poison" } : undefined

describe("a batch that fails", () => {
  it("holds up its shard until it is done, and is tried again and again", async () => {
    let failures = 3
    await world.reader("holding", () => (failures-- > 0 ? { throws: "not yet" } : undefined))
    await world.stream("holding")
    await world.put("holding", "a", "b")
    const uuid = await world.map("holding", "holding", { BatchSize: 1 })
    await eventually(() => world.eventsOf("holding").length > 0)
    await eventually(async () => (await get(uuid)).LastProcessingResult === "PROBLEM: Function call failed")
    await has("holding", "b")
    assert.deepEqual(batchesOf("holding"), [["a"], ["a"], ["a"], ["a"], ["b"]])
    await eventually(async () => (await get(uuid)).LastProcessingResult === "OK")
  })

  it("is tried so often, and then told to a bucket with all that it held", async () => {
    await world.reader("bucket", poisoned)
    await world.stream("bucket")
    await world.put("bucket", "bad", "also")
    const uuid = await world.map("bucket", "bucket", {
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination: BUCKET } },
    })
    await world.put("bucket", "good")
    await has("bucket", "good")
    assert.deepEqual(batchesOf("bucket"), [["bad", "also"], ["bad", "also"], ["good"]])
    const [key] = await eventually(async () => {
      const keys = await objects()
      return keys.length > 0 && keys
    })
    assert.match(
      key!,
      new RegExp(
        `^aws/lambda/${uuid}/shardId-000000000000/\\d{4}/\\d\\d/\\d\\d/\\d{4}-\\d\\d-\\d\\dT\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
      ),
    )
    const { Body } = await s3.getObject({ Bucket: "discarded", Key: key! })
    const record = JSON.parse(await Body!.transformToString())
    const { Records } = world.eventsOf("bucket")[0]!
    const { requestId } = record.requestContext
    assert.match(requestId, /^[0-9a-f-]{36}$/)
    const { timestamp, payload, ...rest } = record
    const [first, last] = [Records[0]!.kinesis, Records[1]!.kinesis]
    const instant = (seconds: number) => new Date(Math.round(seconds * 1000)).toISOString()
    assert.deepEqual(rest, {
      requestContext: {
        requestId,
        functionArn: world.arn("bucket"),
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      KinesisBatchInfo: {
        shardId: "shardId-000000000000",
        startSequenceNumber: first.sequenceNumber,
        endSequenceNumber: last.sequenceNumber,
        approximateArrivalOfFirstRecord: instant(first.approximateArrivalTimestamp),
        approximateArrivalOfLastRecord: instant(last.approximateArrivalTimestamp),
        batchSize: 2,
        streamArn: streamArn("bucket"),
      },
    })
    assert.equal(new Date(timestamp).toISOString(), timestamp)
    assert.deepEqual(JSON.parse(payload), { Records })
  })

  it("is cut into halves until the record is found that does it", async () => {
    await world.reader("halves", poisoned)
    await world.stream("halves")
    await world.put("halves", "a", "b", "bad", "c")
    await world.map("halves", "halves", {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: QUEUE } },
    })
    await has("halves", "c")
    await eventually(() => world.eventsOf("halves").length === 5)
    assert.deepEqual(batchesOf("halves"), [["a", "b", "bad", "c"], ["a", "b"], ["bad", "c"], ["bad"], ["c"]])
    const [request] = await eventually(() => world.sent.length > 0 && world.sent)
    const { QueueUrl, MessageBody } = JSON.parse(request!)
    assert.match(QueueUrl, /\/123456789012\/discarded$/)
    const { requestContext, KinesisBatchInfo, payload } = JSON.parse(MessageBody)
    assert.equal(requestContext.condition, "RetryAttemptsExhausted")
    assert.equal(KinesisBatchInfo.batchSize, 1)
    assert.equal(payload, undefined)
  })

  it("goes on from the record that the function names", async () => {
    let failures = 2
    await world.reader("reported", ({ Records }) => {
      const bad = Records.find((record) => textOf(record) === "bad")
      if (!bad || failures-- <= 0) return { answers: { batchItemFailures: [] } }
      return { answers: { batchItemFailures: [{ itemIdentifier: bad.kinesis.sequenceNumber }] } }
    })
    await world.stream("reported")
    await world.put("reported", "a", "b", "bad", "c")
    await world.map("reported", "reported", { FunctionResponseTypes: ["ReportBatchItemFailures"] })
    await eventually(() => world.eventsOf("reported").length === 3)
    assert.deepEqual(batchesOf("reported"), [
      ["a", "b", "bad", "c"],
      ["bad", "c"],
      ["bad", "c"],
    ])
    await world.put("reported", "d")
    await has("reported", "d")
    assert.deepEqual(batchesOf("reported").at(-1), ["d"])
  })

  it("is let go when its records are too old, without the function being asked", async () => {
    await world.reader("aged", poisoned)
    await world.stream("aged")
    await world.put("aged", "old")
    await world.server.clock.advance({ minutes: 10 })
    const before = (await objects()).length
    await Promise.allSettled([world.lambda.listFunctions({}), s3.listBuckets(), world.kinesis.listStreams({})])
    await world.put("aged", "fresh")
    await world.map("aged", "aged", {
      MaximumRecordAgeInSeconds: 60,
      DestinationConfig: { OnFailure: { Destination: BUCKET } },
    })
    await has("aged", "fresh")
    assert.deepEqual(batchesOf("aged"), [["fresh"]])
    const keys = await eventually(async () => {
      const all = await objects()
      return all.length > before && all
    })
    const found = await Promise.all(
      keys.map(async (one) =>
        JSON.parse(await (await s3.getObject({ Bucket: "discarded", Key: one })).Body!.transformToString()),
      ),
    )
    const record = found.find(({ requestContext }) => requestContext.functionArn === world.arn("aged"))
    assert.equal(record.requestContext.condition, "RecordAgeExceeded")
    assert.equal(record.requestContext.approximateInvokeCount, 0)
    assert.equal(record.responseContext, undefined)
    assert.equal(record.KinesisBatchInfo.batchSize, 1)
  })

  it("is not counted as tried where there was no room for it", async () => {
    await world.reader("throttled")
    await world.stream("throttled")
    await world.lambda.putFunctionConcurrency({ FunctionName: "throttled", ReservedConcurrentExecutions: 0 })
    await world.put("throttled", "a")
    const uuid = await world.map("throttled", "throttled", { MaximumRetryAttempts: 0 })
    await eventually(async () => (await get(uuid)).LastProcessingResult === "PROBLEM: Function call failed")
    await world.lambda.deleteFunctionConcurrency({ FunctionName: "throttled" })
    await has("throttled", "a")
  })
})

describe("a mapping", () => {
  it("sends what failed only where the function's role may send it", async () => {
    await world.reader("sending")
    await world.stream("sending")
    const map = (Destination: string) =>
      world.lambda.createEventSourceMapping({
        FunctionName: "sending",
        EventSourceArn: streamArn("sending"),
        StartingPosition: "LATEST",
        DestinationConfig: { OnFailure: { Destination } },
      })
    await world.allow(READS)
    await invalidates(map(QUEUE), "The provided execution role does not have permissions to call SendMessage on SQS")
    await invalidates(map(BUCKET), "The provided execution role does not have permissions to call ListBucket on S3")
    await world.allow(READS, WRITES)
    const lambda = world.arn("sending")
    await invalidates(map(lambda), `The destination ARN ${lambda} is invalid.`)
    await invalidates(map("arn:aws:s3:::nobodys"), "The destination ARN arn:aws:s3:::nobodys is invalid.")
    const { UUID } = await map(QUEUE)
    await eventually(async () => (await get(UUID!)).State === "Enabled")
    const changed = await world.lambda.updateEventSourceMapping({
      UUID,
      DestinationConfig: { OnFailure: { Destination: BUCKET } },
    })
    assert.deepEqual(changed.DestinationConfig, { OnFailure: { Destination: BUCKET } })
  })

  it("outlives its function, and goes on when there is one of its name again", async () => {
    await world.reader("mortal")
    await world.stream("mortal")
    const uuid = await world.map("mortal", "mortal")
    await world.lambda.deleteFunction({ FunctionName: "mortal" })
    await world.put("mortal", "later")
    await eventually(async () => (await get(uuid)).LastProcessingResult === "PROBLEM: Function not found")
    assert.equal((await get(uuid)).State, "Enabled")
    await world.reader("mortal")
    await world.server.clock.advance({ seconds: 11 })
    await has("mortal", "later")
  })

  it("reads a shard in several lanes, each key in its order, and in others when it is told to", async () => {
    await world.reader("lanes", async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return undefined
    })
    await world.stream("lanes")
    const KEYS = 7
    const put = async (from: number, to: number) => {
      for (let i = from; i < to; i += 50) {
        const Records = Array.from({ length: Math.min(50, to - i) }, (_, at) => ({
          PartitionKey: `key-${(i + at) % KEYS}`,
          Data: Buffer.from(`${(i + at) % KEYS}:${i + at}`),
        }))
        await world.kinesis.putRecords({ StreamName: "lanes", Records })
      }
    }
    await put(0, 200)
    const uuid = await world.map("lanes", "lanes", { ParallelizationFactor: 4, BatchSize: 5 })
    for (const ParallelizationFactor of [1, 3]) {
      await put(0, 200)
      await world.lambda.updateEventSourceMapping({ UUID: uuid, ParallelizationFactor })
      await eventually(async () => (await get(uuid)).State === "Enabled")
    }
    await put(200, 400)
    await eventually(() => new Set(world.textsOf("lanes")).size === 400)
    await eventually(() => world.textsOf("lanes").length >= 800)
    for (const { Records } of world.eventsOf("lanes")) assert.ok(Records.length <= 5)
    const isOrdered = (numbers: readonly number[]) => numbers.every((one, i) => i === 0 || one > numbers[i - 1]!)
    // The last stretch was written once: what a lane was at when the lanes changed may come twice, and no more.
    for (let key = 0; key < KEYS; key++) {
      const seen = world
        .textsOf("lanes")
        .filter((text) => text.startsWith(`${key}:`))
        .map((text) => Number(text.split(":")[1]))
      const last = seen.filter((number) => number >= 200)
      assert.ok(isOrdered([...new Set(last)]), `key ${key}: ${last}`)
    }
  })
})

describe("tumbling windows", () => {
  it("hand a state on from batch to batch, and end with one more invocation", async () => {
    await world.reader("tumbling", ({ state = {}, Records }) => ({
      answers: { state: { count: (state.count ?? 0) + Records.length } },
    }))
    await world.stream("tumbling")
    await world.map("tumbling", "tumbling", { TumblingWindowInSeconds: 1, BatchSize: 2 })
    await world.put("tumbling", "a", "b", "c", "d", "e")
    await has("tumbling", "e")
    await eventually(() => world.eventsOf("tumbling").some(({ isFinalInvokeForWindow }) => isFinalInvokeForWindow))
    const events = world.eventsOf("tumbling")
    const final = events.filter(({ isFinalInvokeForWindow }) => isFinalInvokeForWindow)
    const counts = events.filter((event) => !event.isFinalInvokeForWindow).map(({ state }) => state)
    assert.deepEqual(counts[0], {})
    const [first] = events
    assert.equal(first!.shardId, "shardId-000000000000")
    assert.equal((first as { eventSourceARN?: string }).eventSourceARN, streamArn("tumbling"))
    assert.equal(first!.isWindowTerminatedEarly, false)
    const { start, end } = first!.window!
    assert.equal(Date.parse(end) - Date.parse(start), 1_000)
    assert.match(start, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    await eventually(() => final.length > 0)
    // The five may be in two windows, where a second ended among them.
    await eventually(() => {
      const ends = world.eventsOf("tumbling").filter(({ isFinalInvokeForWindow }) => isFinalInvokeForWindow)
      return ends.reduce((sum, { state }) => sum + state!.count!, 0) === 5
    })
    for (const { Records } of final) assert.deepEqual(Records, [])
  })

  it("take an answer without a state for a failure", async () => {
    let tries = 0
    await world.reader("stateless", () => (tries++ === 0 ? { answers: {} } : { answers: { state: {} } }))
    await world.stream("stateless")
    await world.map("stateless", "stateless", { TumblingWindowInSeconds: 60 })
    await world.put("stateless", "a")
    await eventually(() => world.textsOf("stateless").length === 2)
    assert.deepEqual(batchesOf("stateless"), [["a"], ["a"]])
  })
})
