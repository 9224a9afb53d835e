import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { after, before, describe, it } from "node:test"
import { Kinesis, type StartingPosition, type SubscribeToShardEvent } from "@aws-sdk/client-kinesis"
import { pythonWithBotocore } from "../harness/botocore.ts"
import { eventually } from "../harness/eventually.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { advance, arnOf, invalid, kinesisClient, record, refused, shardId, texts } from "./kinesis-world.ts"

let server: TestServer
/** Over HTTP/2, as the SDK's client is made. */
let kinesis: Kinesis
let http1: Kinesis

before(async () => {
  server = await startServer(["--clock-control"])
  kinesis = new Kinesis(server.client)
  http1 = kinesisClient(server.client)
})
after(async () => {
  kinesis.destroy()
  http1.destroy()
  await server[Symbol.asyncDispose]()
})

const SECOND = 1000
const MINUTE = 60 * SECOND

/** A stream of one shard with a consumer, whose ARN it is. */
async function make(StreamName: string, ShardCount = 1): Promise<string> {
  await http1.createStream({ StreamName, ShardCount, Tags: { "hallpass:throughput": "unlimited" } })
  return register(StreamName, "reader")
}

async function register(StreamName: string, ConsumerName: string): Promise<string> {
  const { Consumer } = await http1.registerStreamConsumer({ StreamARN: arnOf(StreamName), ConsumerName })
  return Consumer!.ConsumerARN!
}

const write = (StreamName: string, ...all: string[]) =>
  http1.putRecords({ StreamName, Records: all.map((text) => record(text, "key")) })

async function move(milliseconds: number): Promise<void> {
  await advance(server, kinesis, milliseconds)
  http1.config.systemClockOffset += milliseconds
}

/** A subscription, and what came by it. */
class Reader {
  readonly events: SubscribeToShardEvent[] = []
  ended: "no" | "yes" | Error = "no"

  constructor(stream: AsyncIterable<{ SubscribeToShardEvent?: SubscribeToShardEvent | undefined }>) {
    void this.#read(stream)
  }

  async #read(stream: AsyncIterable<{ SubscribeToShardEvent?: SubscribeToShardEvent | undefined }>): Promise<void> {
    try {
      for await (const { SubscribeToShardEvent: event } of stream) this.events.push(event!)
      this.ended = "yes"
    } catch (error) {
      this.ended = error as Error
    }
  }

  get texts(): string[] {
    return this.events.flatMap(({ Records }) => texts(Records))
  }

  async has(...expected: string[]): Promise<void> {
    await eventually(() => this.texts.length >= expected.length || this.ended !== "no")
    assert.deepEqual(this.texts, expected)
  }

  async end(): Promise<"no" | "yes" | Error> {
    await eventually(() => this.ended !== "no")
    return this.ended
  }
}

const HORIZON: StartingPosition = { Type: "TRIM_HORIZON" }

async function subscribe(
  ConsumerARN: string,
  StartingPosition = HORIZON,
  { shard = 0, by = kinesis }: { shard?: number; by?: Kinesis } = {},
): Promise<Reader> {
  const { EventStream } = await by.subscribeToShard({ ConsumerARN, ShardId: shardId(shard), StartingPosition })
  return new Reader(EventStream!)
}

for (const [how, client] of [
  ["HTTP/2", () => kinesis],
  ["HTTP/1.1", () => http1],
] as const)
  describe(`a subscription by ${how}`, () => {
    const name = (what: string) => `${what}-${how.replace("/", "-")}`

    it("gets what is there, and then what comes, as it is", async () => {
      const stream = name("there")
      const consumer = await make(stream)
      await write(stream, "a", "b")
      const reader = await subscribe(consumer, HORIZON, { by: client() })
      await reader.has("a", "b")
      const { SequenceNumber } = await http1.putRecord({ StreamName: stream, ...record("c", "é") })
      await reader.has("a", "b", "c")
      const event = reader.events.at(-1)!
      const [got] = event.Records!
      assert.equal(got!.SequenceNumber, SequenceNumber)
      assert.equal(got!.PartitionKey, "é")
      assert.ok(got!.ApproximateArrivalTimestamp instanceof Date)
      assert.equal(event.ContinuationSequenceNumber, SequenceNumber)
      assert.equal(event.MillisBehindLatest, 0)
      assert.equal(event.ChildShards, undefined)
    })

    it("ends after five minutes, and says meanwhile that nothing comes", async () => {
      const stream = name("minutes")
      const reader = await subscribe(await make(stream), { Type: "LATEST" }, { by: client() })
      await eventually(() => reader.events.length === 1)
      assert.deepEqual(reader.events[0]!.Records, [])
      await move(5 * SECOND)
      await eventually(() => reader.events.length === 2)
      await move(5 * MINUTE - 6 * SECOND)
      assert.equal(reader.ended, "no")
      await move(SECOND)
      assert.equal(await reader.end(), "yes")
    })

    it("ends with its shard, and names the shards that go on", async () => {
      const stream = name("shards")
      const consumer = await make(stream)
      await write(stream, "a")
      const reader = await subscribe(consumer, HORIZON, { by: client() })
      await reader.has("a")
      const half = (2n ** 127n).toString()
      await http1.splitShard({ StreamName: stream, ShardToSplit: shardId(0), NewStartingHashKey: half })
      assert.equal(await reader.end(), "yes")
      const last = reader.events.at(-1)!
      assert.equal(last.ContinuationSequenceNumber, undefined)
      assert.deepEqual(
        last.ChildShards!.map(({ ShardId, ParentShards }) => [ShardId, ParentShards]),
        [
          [shardId(1), [shardId(0)]],
          [shardId(2), [shardId(0)]],
        ],
      )
      await write(stream, "b")
      const children = [1, 2].map((shard) => subscribe(consumer, HORIZON, { shard, by: client() }))
      const [low, high] = await Promise.all(children)
      await eventually(() => low!.texts.length + high!.texts.length === 1)
      const over = await http1.registerStreamConsumer({ StreamARN: arnOf(stream), ConsumerName: "late" })
      const late = await subscribe(over.Consumer!.ConsumerARN!, { Type: "LATEST" }, { by: client() })
      assert.equal(await late.end(), "yes")
      assert.equal(late.events.length, 1)
    })

    it("hears within it that its consumer has gone", async () => {
      const stream = name("gone")
      const consumer = await make(stream)
      const reader = await subscribe(consumer, HORIZON, { by: client() })
      await eventually(() => reader.events.length === 1)
      await http1.deregisterStreamConsumer({ ConsumerARN: consumer })
      assert.equal(((await reader.end()) as Error).name, "ResourceNotFoundException")
    })

    it("is taken over by a later one, and not within five seconds", async () => {
      const stream = name("over")
      const consumer = await make(stream)
      const first = await subscribe(consumer, HORIZON, { by: client() })
      await assert.rejects(subscribe(consumer, HORIZON, { by: client() }), refused("ResourceInUseException"))
      assert.match(await server.explain(), /has subscribed to this shard a moment ago/)
      // Of another consumer it is another one.
      const other = await subscribe(await register(stream, "other"), HORIZON, { by: client() })
      await move(5 * SECOND)
      const second = await subscribe(consumer, HORIZON, { by: client() })
      assert.equal(((await first.end()) as Error).name, "ResourceInUseException")
      await write(stream, "a")
      await Promise.all([second.has("a"), other.has("a")])
      assert.deepEqual(first.texts, [])
    })
  })

describe("where a subscription begins", () => {
  it("is each of the positions", async () => {
    const stream = "positions"
    await make(stream)
    const { Records = [] } = await write(stream, "a")
    const Timestamp = new Date((await server.clock.now()).getTime() + 1)
    await move(2 * SECOND)
    const [SequenceNumber] = (await write(stream, "b")).Records!.map((one) => one.SequenceNumber!)
    await write(stream, "c")
    const positions: [StartingPosition, string[]][] = [
      [{ Type: "TRIM_HORIZON" }, ["a", "b", "c", "d"]],
      [{ Type: "AT_SEQUENCE_NUMBER", SequenceNumber }, ["b", "c", "d"]],
      [{ Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber }, ["c", "d"]],
      [{ Type: "AT_TIMESTAMP", Timestamp }, ["b", "c", "d"]],
      [{ Type: "LATEST" }, ["d"]],
    ]
    const readers: Reader[] = []
    for (const [i, [position]] of positions.entries())
      readers.push(await subscribe(await register(stream, `reader-${i}`), position))
    await write(stream, "d")
    for (const [i, [, expected]] of positions.entries()) await readers[i]!.has(...expected)
    assert.equal(Records.length, 1)
  })

  it("is where another one has ended, with nothing missed and nothing twice", async () => {
    const stream = "continued"
    const consumer = await make(stream)
    const latest = await subscribe(consumer, { Type: "LATEST" })
    await eventually(() => latest.events.length === 1)
    // Nothing had come when this was told.
    const { ContinuationSequenceNumber: SequenceNumber } = latest.events[0]!
    await write(stream, "a", "b")
    await latest.has("a", "b")
    await move(6 * SECOND)
    const again = await subscribe(consumer, { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber })
    await again.has("a", "b")
    await move(6 * SECOND)
    const last = again.events.at(-1)!.ContinuationSequenceNumber
    const third = await subscribe(consumer, { Type: "AFTER_SEQUENCE_NUMBER", SequenceNumber: last })
    await write(stream, "c")
    await third.has("c")
  })
})

it("a slow reader gets everything, and holds up nobody", async () => {
  const stream = "slow"
  const consumer = await make(stream)
  const Data = Buffer.alloc(1024 * 1000, "x")
  const Records = Array.from({ length: 8 }, () => ({ Data, PartitionKey: "key" }))
  await http1.putRecords({ StreamName: stream, Records })
  const { EventStream } = await kinesis.subscribeToShard({
    ConsumerARN: consumer,
    ShardId: shardId(0),
    StartingPosition: HORIZON,
  })
  const slow = EventStream![Symbol.asyncIterator]()
  await slow.next()
  // While that one reads no more, another one of the same connection reads all.
  const quick = await subscribe(await register(stream, "quick"))
  await eventually(() => quick.texts.length === 8)
  let records = 1
  while (records < 8) records += (await slow.next()).value!.SubscribeToShardEvent!.Records!.length
  assert.equal(records, 8)
})

describe("a subscription to a stream that is not unlimited", () => {
  const bytes = 1_000_000
  const count = 8
  const perSecond = 2 * 1024 * 1024

  /** With records of a megabyte, and two consumers. */
  async function makeLimited(stream: string): Promise<string[]> {
    const consumers = [await make(stream), await register(stream, "other")]
    const Records = Array.from({ length: count }, () => ({ Data: Buffer.alloc(bytes, "x"), PartitionKey: "key" }))
    await http1.putRecords({ StreamName: stream, Records })
    await http1.removeTagsFromStream({ StreamName: stream, TagKeys: ["hallpass:throughput"] })
    return consumers
  }

  it("gets two megabytes a second by the server's clock, each consumer for itself", async () => {
    const consumers = await makeLimited("paced")
    const begun = (await server.clock.now()).getTime()
    const readers = await Promise.all(consumers.map((consumer) => subscribe(consumer)))
    for (const reader of readers) {
      await eventually(() => reader.texts.length === count)
      const passed = (await server.clock.now()).getTime() - begun
      // What was there at once, and the last event, which may be of two records, are not waited for.
      const waitedFor = (count - 2) * bytes - perSecond
      assert.ok(passed >= (waitedFor / perSecond) * SECOND, `${passed} ms`)
    }
    assert.ok(readers[0]!.events.every(({ Records = [] }) => Records.length <= 2))
  })
})

it("what is encrypted comes as it was written, and says so", async () => {
  const stream = "encrypted"
  const consumer = await make(stream)
  const settings = { StreamName: stream, EncryptionType: "KMS" as const, KeyId: "alias/aws/kinesis" }
  await http1.startStreamEncryption(settings)
  await write(stream, "a")
  const reader = await subscribe(consumer)
  await reader.has("a")
  assert.equal(reader.events[0]!.Records![0]!.EncryptionType, "KMS")
})

it("what cannot be subscribed to is refused before anything is sent", async () => {
  const stream = "refusals"
  const ConsumerARN = await make(stream)
  const input = { ConsumerARN, ShardId: shardId(0), StartingPosition: HORIZON }
  const ask = (more: object) => kinesis.subscribeToShard({ ...input, ...more })
  const gone = ConsumerARN.replace(/\d+$/, "1")
  await assert.rejects(ask({ ConsumerARN: gone }), refused("ResourceNotFoundException"))
  await assert.rejects(ask({ ConsumerARN: arnOf(stream) }), refused("ValidationException"))
  await assert.rejects(ask({ ShardId: shardId(7) }), refused("ResourceNotFoundException"))
  await assert.rejects(ask({ StartingPosition: { Type: "AT_SEQUENCE_NUMBER" } }), invalid(/Must either specify/))
  await assert.rejects(ask({ StartingPosition: { Type: "AT_TIMESTAMP" } }), invalid(/no timestamp/))
  await assert.rejects(ask({ StartingPosition: { Type: "SOMEWHERE" } }), refused("ValidationException"))
  await assert.rejects(ask({ DryRun: true }), refused("DryRunOperationException"))
  // None of them counts as one.
  await subscribe(ConsumerARN)
})

let found: ReturnType<typeof pythonWithBotocore> | undefined
let hindrance: string | false = false
try {
  found = pythonWithBotocore()
} catch (error) {
  hindrance = `no botocore: ${(error as Error).message}`
}

it("botocore subscribes as it does anything, over HTTP/1.1", { skip: hindrance }, async () => {
  const stream = "botocore"
  const consumer = await make(stream)
  await write(stream, "a", "b")
  const { accessKeyId, secretAccessKey } = server.client.credentials
  const program = `
import sys
from ${found!.botocore} import session
client = session.Session().create_client("kinesis", region_name="us-east-1", endpoint_url=sys.argv[1])
answer = client.subscribe_to_shard(ConsumerARN=sys.argv[2], ShardId="${shardId(0)}", StartingPosition={"Type": "TRIM_HORIZON"})
for event in answer["EventStream"]:
    for record in event["SubscribeToShardEvent"]["Records"]:
        print(record["PartitionKey"], record["Data"].decode(), flush=True)
    if "ChildShards" in event["SubscribeToShardEvent"]:
        print(len(event["SubscribeToShardEvent"]["ChildShards"]), flush=True)
`
  const child = spawn(found!.python, ["-c", program, server.url, consumer], {
    env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    stdio: ["ignore", "pipe", "inherit"],
  })
  let printed = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text
  })
  await eventually(() => printed === "key a\nkey b\n" || child.exitCode !== null)
  await write(stream, "c")
  await eventually(() => printed.endsWith("key c\n") || child.exitCode !== null)
  const half = (2n ** 127n).toString()
  await http1.splitShard({ StreamName: stream, ShardToSplit: shardId(0), NewStartingHashKey: half })
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode]
  assert.equal(printed, "key a\nkey b\nkey c\n2\n")
  assert.equal(code, 0)
})
