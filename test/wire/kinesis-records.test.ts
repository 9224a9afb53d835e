import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { after, before, describe, it } from "node:test"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { startServer, type TestServer } from "../harness/server.ts"
import {
  ACCOUNT,
  advance,
  arnOf,
  invalid,
  iteratorOf,
  kinesisClient,
  record,
  refused,
  shardId,
  texts,
  textsOf,
} from "./kinesis-world.ts"

let server: TestServer
let kinesis: Kinesis

before(async () => {
  server = await startServer(["--clock-control"])
  kinesis = kinesisClient(server.client)
})
after(() => server[Symbol.asyncDispose]())

const MINUTE = 60_000
const HIGHEST = 2n ** 128n - 1n
const unlimited = { "hallpass:throughput": "unlimited" }

async function make(StreamName: string, ShardCount = 1): Promise<string> {
  await kinesis.createStream({ StreamName, ShardCount, Tags: unlimited })
  return StreamName
}

/** Throttled as AWS throttles. */
async function makeLimited(StreamName: string, ShardCount = 1): Promise<string> {
  await kinesis.createStream({ StreamName, ShardCount })
  return StreamName
}

describe("records", () => {
  it("come back as they were written, in their order, with their time", async () => {
    const StreamName = await make("order")
    const before = Math.floor((await server.clock.now()).getTime())
    const written = []
    for (const text of ["a", "b", ""]) written.push(await kinesis.putRecord({ StreamName, ...record(text, "key") }))
    const { Records, FailedRecordCount } = await kinesis.putRecords({
      StreamName,
      Records: [record("d", "é"), record("e", "key")],
    })
    assert.equal(FailedRecordCount, 0)
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    const page = await kinesis.getRecords({ ShardIterator })
    assert.deepEqual(texts(page.Records), ["a", "b", "", "d", "e"])
    assert.deepEqual(
      page.Records!.map(({ PartitionKey }) => PartitionKey),
      ["key", "key", "key", "é", "key"],
    )
    const numbers = [...written, ...Records!].map(({ SequenceNumber }) => SequenceNumber!)
    assert.deepEqual(
      page.Records!.map(({ SequenceNumber }) => SequenceNumber),
      numbers,
    )
    for (const number of numbers) assert.match(number, /^49\d{54}$/)
    const values = numbers.map(BigInt)
    assert.deepEqual(
      values.toSorted((a, b) => (a < b ? -1 : 1)),
      values,
    )
    for (const { ApproximateArrivalTimestamp } of page.Records!) {
      const at = ApproximateArrivalTimestamp!.getTime()
      assert.ok(at >= before && at < before + 5 * MINUTE)
    }
    assert.equal(page.MillisBehindLatest, 0)
    assert.equal(page.ChildShards, undefined)
    const { Shards } = await kinesis.listShards({ StreamName })
    assert.ok(BigInt(Shards![0]!.SequenceNumberRange!.StartingSequenceNumber!) < values[0]!)
  })

  it("go to the shard of the MD5 of their key, or of the hash key that is given", async () => {
    const StreamName = await make("routed", 4)
    const quarter = (HIGHEST + 1n) / 4n
    for (let key = 0; key < 40; key++) {
      const PartitionKey = `key-${key}-ü`
      const digest = BigInt(`0x${createHash("md5").update(PartitionKey).digest("hex")}`)
      const { ShardId } = await kinesis.putRecord({ StreamName, ...record("x", PartitionKey) })
      assert.equal(ShardId, shardId(Number(digest / quarter)))
    }
    for (const [ExplicitHashKey, number] of [
      ["0", 0],
      [(quarter - 1n).toString(), 0],
      [quarter.toString(), 1],
      [HIGHEST.toString(), 3],
    ] as const) {
      const { ShardId } = await kinesis.putRecord({ StreamName, ExplicitHashKey, ...record("x") })
      assert.equal(ShardId, shardId(number), ExplicitHashKey)
    }
    const tooHigh = (HIGHEST + 1n).toString()
    const message = `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${tooHigh}`
    await assert.rejects(kinesis.putRecord({ StreamName, ExplicitHashKey: tooHigh, ...record("x") }), invalid(message))
    await assert.rejects(
      kinesis.putRecords({
        StreamName,
        Records: [record("not written"), { ...record("x"), ExplicitHashKey: tooHigh }],
      }),
      invalid(message),
    )
    const all = await Promise.all(
      [0, 1, 2, 3].map((number) => textsOf(kinesis, StreamName, { ShardId: shardId(number) })),
    )
    assert.equal(all.flat().includes("not written"), false)
  })

  it("are refused by AWS's model", async () => {
    const StreamName = await make("checked")
    for (const [asked, message] of [
      [
        record("x", ""),
        "1 validation error detected: Value '' at 'partitionKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ],
      [
        record("x", "k".repeat(257)),
        /at 'partitionKey' failed to satisfy constraint: Member must have length less than or equal to 256/,
      ],
      [{ ...record("x"), ExplicitHashKey: "01" }, /at 'explicitHashKey' failed to satisfy constraint/],
      [{ ...record("x"), SequenceNumberForOrdering: "-1" }, /at 'sequenceNumberForOrdering' failed/],
      [{ PartitionKey: "x" } as never, /Value null at 'data' failed to satisfy constraint: Member must not be null/],
    ] as const)
      await assert.rejects(kinesis.putRecord({ StreamName, ...asked }), refused("ValidationException", message))
    await assert.rejects(kinesis.putRecords({ StreamName, Records: [] }), { name: "ValidationException" })
    const many = Array.from({ length: 501 }, () => record("x"))
    await assert.rejects(
      kinesis.putRecords({ StreamName, Records: many }),
      refused("ValidationException", /^1 validation error detected: Value '\[/),
    )
    assert.equal((await kinesis.putRecords({ StreamName, Records: many.slice(1) })).FailedRecordCount, 0)
    await assert.rejects(
      kinesis.putRecord({ StreamName: "none", ...record("x") }),
      refused("ResourceNotFoundException", `Stream none under account ${ACCOUNT} not found.`),
    )
  })

  it("have the size that the stream takes, key and all", async () => {
    const StreamName = await make("sized")
    const sized = (bytes: number) => ({ StreamName, PartitionKey: "key", Data: Buffer.alloc(bytes - 3, "x") })
    await kinesis.putRecord(sized(1024 * 1024))
    await assert.rejects(kinesis.putRecord(sized(1024 * 1024 + 1)), invalid(/takes records of 1048576 bytes at most/))
    await assert.rejects(kinesis.putRecords({ StreamName, Records: [record("not written"), sized(1024 * 1024 + 1)] }), {
      name: "InvalidArgumentException",
    })
    await kinesis.updateMaxRecordSize({ StreamARN: arnOf(StreamName), MaxRecordSizeInKiB: 2048 })
    await kinesis.putRecord(sized(2 * 1024 * 1024))
    const page = await kinesis.getRecords({ ShardIterator: await iteratorOf(kinesis, StreamName) })
    assert.deepEqual(
      page.Records!.map(({ Data }) => Data!.length),
      [1024 * 1024 - 3, 2 * 1024 * 1024 - 3],
    )
    const Records = Array.from({ length: 11 }, () => sized(1024 * 1024))
    await assert.rejects(kinesis.putRecords({ StreamName, Records }), invalid(/10 MB limit/))
  })

  it("may be asked to come behind another one", async () => {
    const StreamName = await make("ordered")
    let SequenceNumberForOrdering = "0"
    const invalidNumber = (number: string) =>
      invalid(
        `ExclusiveMinimumSequenceNumber ${number} used in PutRecord on stream ${StreamName} under account ${ACCOUNT} is invalid.`,
      )
    await assert.rejects(
      kinesis.putRecord({ StreamName, SequenceNumberForOrdering, ...record("x") }),
      invalidNumber("0"),
    )
    SequenceNumberForOrdering = (await kinesis.putRecord({ StreamName, ...record("a") })).SequenceNumber!
    const { SequenceNumber } = await kinesis.putRecord({ StreamName, SequenceNumberForOrdering, ...record("b") })
    assert.ok(BigInt(SequenceNumber!) > BigInt(SequenceNumberForOrdering))
    const ahead = (BigInt(SequenceNumber!) + 10n ** 30n).toString()
    await assert.rejects(
      kinesis.putRecord({ StreamName, SequenceNumberForOrdering: ahead, ...record("x") }),
      invalidNumber(ahead),
    )
    assert.deepEqual(await textsOf(kinesis, StreamName), ["a", "b"])
  })

  it("are not written by a dry run, which says that it was one", async () => {
    const StreamName = await make("dry")
    const isDry = refused("DryRunOperationException")
    await assert.rejects(kinesis.putRecord({ StreamName, DryRun: true, ...record("x") }), isDry)
    await assert.rejects(kinesis.putRecords({ StreamName, DryRun: true, Records: [record("x")] }), isDry)
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    await assert.rejects(kinesis.getRecords({ ShardIterator, DryRun: true }), isDry)
    assert.deepEqual(await textsOf(kinesis, StreamName), [])
  })

  it("of many writers are all there, each shard's in its own order", async () => {
    const StreamName = await make("many", 3)
    const told = await Promise.all(
      Array.from({ length: 120 }, async (_, call) => {
        const { ShardId, SequenceNumber } = await kinesis.putRecord({ StreamName, ...record(`${call}`) })
        return { text: `${call}`, ShardId: ShardId!, SequenceNumber: BigInt(SequenceNumber!) }
      }),
    )
    assert.equal(new Set(told.map(({ SequenceNumber }) => SequenceNumber)).size, 120)
    for (const number of [0, 1, 2]) {
      const own = told.filter(({ ShardId }) => ShardId === shardId(number))
      own.sort((a, b) => (a.SequenceNumber < b.SequenceNumber ? -1 : 1))
      const read = await textsOf(kinesis, StreamName, { ShardId: shardId(number) })
      assert.deepEqual(
        read,
        own.map(({ text }) => text),
      )
    }
  })
})

describe("iterators", () => {
  it("begin where they are told", async () => {
    const StreamName = await make("begun")
    const numbers = []
    for (const text of ["a", "b", "c"]) {
      await advance(server, kinesis, 10_000)
      numbers.push((await kinesis.putRecord({ StreamName, ...record(text) })).SequenceNumber!)
    }
    const latest = await iteratorOf(kinesis, StreamName, { ShardIteratorType: "LATEST" })
    const page = await kinesis.getRecords({ ShardIterator: await iteratorOf(kinesis, StreamName) })
    const times = page.Records!.map(({ ApproximateArrivalTimestamp }) => ApproximateArrivalTimestamp!)
    const from = (asked: Parameters<typeof textsOf>[2]) => textsOf(kinesis, StreamName, asked)
    assert.deepEqual(await from({ ShardIteratorType: "TRIM_HORIZON" }), ["a", "b", "c"])
    assert.deepEqual(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: numbers[1]! }), [
      "b",
      "c",
    ])
    assert.deepEqual(await from({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: numbers[1]! }), [
      "c",
    ])
    assert.deepEqual(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: times[1]! }), ["b", "c"])
    const just = new Date(times[1]!.getTime() + 1)
    assert.deepEqual(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: just }), ["c"])
    assert.deepEqual(await from({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(1) }), ["a", "b", "c"])
    assert.deepEqual(await from({ ShardIteratorType: "LATEST" }), [])
    await kinesis.putRecord({ StreamName, ...record("d") })
    assert.deepEqual(texts((await kinesis.getRecords({ ShardIterator: latest })).Records), ["d"])
    const { Shards } = await kinesis.listShards({ StreamName })
    const StartingSequenceNumber = Shards![0]!.SequenceNumberRange!.StartingSequenceNumber!
    assert.deepEqual(await from({ ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber }), [
      "a",
      "b",
      "c",
      "d",
    ])
  })

  it("are refused where they cannot begin", async () => {
    const StreamName = await make("unbegun", 2)
    const { SequenceNumber } = await kinesis.putRecord({ StreamName, ExplicitHashKey: "0", ...record("a") })
    const other = await make("another")
    const foreign = (await kinesis.putRecord({ StreamName: other, ...record("a") })).SequenceNumber!
    const neither = (type: string, article: string) =>
      `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and also ${article} StartingSequenceNumber.`
    const future = new Date((await server.clock.now()).getTime() + MINUTE)
    await advance(server, kinesis, 2_000)
    for (const [asked, message] of [
      [{ ShardIteratorType: "AT_SEQUENCE_NUMBER" }, neither("AT_SEQUENCE_NUMBER", "no")],
      [{ ShardIteratorType: "LATEST", StartingSequenceNumber: "5" }, neither("LATEST", "a")],
      [
        { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: "5" },
        `StartingSequenceNumber 5 used in GetShardIterator on shard ${shardId(0)} in stream ${StreamName} under account ${ACCOUNT} is invalid.`,
      ],
      [
        { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: SequenceNumber!, ShardId: shardId(1) },
        `Invalid StartingSequenceNumber. It encodes ${shardId(0)}, while it was used in a call to a shard with ${shardId(1)}`,
      ],
      [
        { ShardIteratorType: "AT_TIMESTAMP" },
        "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
      ],
      [
        { ShardIteratorType: "AT_TIMESTAMP", Timestamp: future },
        /^The timestampInMillis parameter cannot be greater than the currentTimestampInMillis\. timestampInMillis: \d+, currentTimestampInMillis: \d+$/,
      ],
    ] as const)
      await assert.rejects(iteratorOf(kinesis, StreamName, asked), invalid(message))
    for (const ShardId of [shardId(2), "shardId-none", "99999999999"])
      await assert.rejects(
        iteratorOf(kinesis, StreamName, { ShardId }),
        refused("ResourceNotFoundException", /^Shard .+ in stream unbegun under account 123456789012 does not exist$/),
      )
    await advance(server, kinesis, 5_000)
    const made = await make("younger")
    await assert.rejects(
      iteratorOf(kinesis, made, { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber: foreign }),
      invalid(/is invalid because it did not come from this stream\.$/),
    )
  })

  it("live for five minutes, and are made by nobody else", async () => {
    const StreamName = await make("lived")
    await kinesis.putRecord({ StreamName, ...record("a") })
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    assert.ok(ShardIterator.length >= 200 && ShardIterator.length <= 512)
    await advance(server, kinesis, 5 * MINUTE - 5_000)
    const page = await kinesis.getRecords({ ShardIterator })
    assert.deepEqual(texts(page.Records), ["a"])
    await advance(server, kinesis, 6_000)
    await assert.rejects(
      kinesis.getRecords({ ShardIterator }),
      refused(
        "ExpiredIteratorException",
        /^Iterator expired\. The iterator was created at time \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} while right now it is \w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} which is further in the future than the tolerated delay of 300000 milliseconds\.$/,
      ),
    )
    assert.match(await server.explain(), /too old to be read by/)
    const next = page.NextShardIterator!
    assert.deepEqual((await kinesis.getRecords({ ShardIterator: next })).Records, [])
    const bytes = Buffer.from(next, "base64")
    const altered = (at: number) => {
      const copy = Buffer.from(bytes)
      copy[at]! ^= 1
      return copy.toString("base64")
    }
    for (const forged of [
      "AAAA",
      "none",
      next.slice(4),
      `${next}AAAA`,
      altered(0),
      altered(20),
      altered(45),
      altered(bytes.length - 1),
      ...[41, 60, 70, 100].map(altered),
    ])
      await assert.rejects(kinesis.getRecords({ ShardIterator: forged }), invalid("Invalid ShardIterator."), forged)
  })

  it("are of the stream that they were made for, not of one by its name", async () => {
    const StreamName = await make("again")
    await kinesis.putRecord({ StreamName, ...record("secret") })
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    await kinesis.deleteStream({ StreamName })
    await assert.rejects(kinesis.getRecords({ ShardIterator }), { name: "ResourceNotFoundException" })
    await make(StreamName)
    await assert.rejects(
      kinesis.getRecords({ ShardIterator }),
      refused(
        "ResourceNotFoundException",
        `Shard ${shardId(0)} in stream ${StreamName} under account ${ACCOUNT} does not exist`,
      ),
    )
    const fresh = await iteratorOf(kinesis, StreamName)
    await assert.rejects(kinesis.getRecords({ ShardIterator: fresh, StreamARN: arnOf("other") }), invalid())
    assert.deepEqual((await kinesis.getRecords({ ShardIterator: fresh, StreamARN: arnOf(StreamName) })).Records, [])
  })

  it("go on page by page, and tell how far they are behind", async () => {
    const StreamName = await make("paged")
    await kinesis.putRecords({ StreamName, Records: Array.from({ length: 7 }, (_, at) => record(`${at}`)) })
    await advance(server, kinesis, MINUTE)
    await kinesis.putRecord({ StreamName, ...record("last") })
    let ShardIterator = await iteratorOf(kinesis, StreamName)
    const pages: string[][] = []
    const behind: boolean[] = []
    while (pages.flat().length < 8) {
      const page = await kinesis.getRecords({ ShardIterator, Limit: 3 })
      pages.push(texts(page.Records))
      behind.push(page.MillisBehindLatest! >= MINUTE)
      ShardIterator = page.NextShardIterator!
    }
    assert.deepEqual(pages, [
      ["0", "1", "2"],
      ["3", "4", "5"],
      ["6", "last"],
    ])
    assert.deepEqual(behind, [true, true, false])
    await assert.rejects(kinesis.getRecords({ ShardIterator, Limit: 0 }), { name: "ValidationException" })
    await assert.rejects(kinesis.getRecords({ ShardIterator, Limit: 10_001 }), { name: "ValidationException" })
  })

  it("give ten megabytes at once", async () => {
    const StreamName = await make("large")
    const Data = Buffer.alloc(1_000_000, "x")
    for (let batch = 0; batch < 3; batch++)
      await kinesis.putRecords({ StreamName, Records: Array.from({ length: 5 }, () => ({ PartitionKey: "k", Data })) })
    const first = await kinesis.getRecords({ ShardIterator: await iteratorOf(kinesis, StreamName) })
    assert.equal(first.Records!.length, 10)
    const second = await kinesis.getRecords({ ShardIterator: first.NextShardIterator! })
    assert.equal(second.Records!.length, 5)
  })
})

describe("the throughput of a shard", () => {
  const rate = (StreamName: string, number = 0) =>
    refused(
      "ProvisionedThroughputExceededException",
      `Rate exceeded for shard ${shardId(number)} in stream ${StreamName} under account ${ACCOUNT}.`,
    )

  it("is a MiB written a second: what is more is refused record by record", async () => {
    const StreamName = await makeLimited("bytes", 2)
    const half = { ExplicitHashKey: "0", PartitionKey: "k", Data: Buffer.alloc(500_000) }
    const { FailedRecordCount, Records } = await kinesis.putRecords({
      StreamName,
      Records: [half, half, half, { ...record("elsewhere"), ExplicitHashKey: HIGHEST.toString() }],
    })
    assert.equal(FailedRecordCount, 1)
    assert.deepEqual(
      Records!.map(({ ErrorCode, ShardId }) => ErrorCode ?? ShardId),
      [shardId(0), shardId(0), "ProvisionedThroughputExceededException", shardId(1)],
    )
    assert.equal(
      Records![2]!.ErrorMessage,
      `Rate exceeded for shard ${shardId(0)} in stream ${StreamName} under account ${ACCOUNT}.`,
    )
    await advance(server, kinesis, 1_000)
    await kinesis.putRecord({ StreamName, ...half })
    await kinesis.putRecord({ StreamName, ...half })
    await assert.rejects(kinesis.putRecord({ StreamName, ...half }), rate(StreamName))
    assert.match(await server.explain(), /had given or taken what a shard may in a second[\s\S]*--unlimited-streams/)
    await advance(server, kinesis, 1_000)
    await kinesis.putRecord({ StreamName, ...half })
  })

  it("is a thousand records written a second", async () => {
    const StreamName = await makeLimited("records", 1)
    const Records = Array.from({ length: 500 }, () => record("x"))
    let written = 0
    for (let batch = 0; batch < 4; batch++)
      written += 500 - (await kinesis.putRecords({ StreamName, Records })).FailedRecordCount!
    assert.ok(written >= 1_000 && written < 2_000, `${written}`)
    await advance(server, kinesis, 1_000)
    assert.equal((await kinesis.putRecords({ StreamName, Records })).FailedRecordCount, 0)
  })

  it("is five reads a second, and two megabytes", async () => {
    const StreamName = await makeLimited("reads", 1)
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    const reads = await Promise.allSettled(Array.from({ length: 20 }, () => kinesis.getRecords({ ShardIterator })))
    const given = reads.filter(({ status }) => status === "fulfilled").length
    assert.ok(given >= 5 && given < 20, `${given}`)
    const refusal = reads.find(({ status }) => status === "rejected") as PromiseRejectedResult
    assert.equal(refusal.reason.name, "ProvisionedThroughputExceededException")

    const other = await makeLimited("read-bytes", 1)
    for (let second = 0; second < 6; second++) {
      await kinesis.putRecord({ StreamName: other, PartitionKey: "k", Data: Buffer.alloc(1_000_000) })
      await advance(server, kinesis, 1_000)
    }
    const start = await iteratorOf(kinesis, other)
    assert.equal((await kinesis.getRecords({ ShardIterator: start })).Records!.length, 6)
    await assert.rejects(kinesis.getRecords({ ShardIterator: start }), rate(other))
    await advance(server, kinesis, 3_000)
    assert.equal((await kinesis.getRecords({ ShardIterator: start })).Records!.length, 6)
  })

  it("is none of a stream that is tagged so, nor of a server that is told so", async () => {
    const StreamName = await make("free", 1)
    const Records = Array.from({ length: 500 }, () => record("x"))
    for (let batch = 0; batch < 4; batch++)
      assert.equal((await kinesis.putRecords({ StreamName, Records })).FailedRecordCount, 0)
    await kinesis.removeTagsFromStream({ StreamName, TagKeys: ["hallpass:throughput"] })
    let failed = 0
    for (let batch = 0; batch < 4; batch++)
      failed += (await kinesis.putRecords({ StreamName, Records })).FailedRecordCount!
    assert.ok(failed > 0)

    await using other = await startServer(["--unlimited-streams"])
    const free = kinesisClient(other.client)
    await free.createStream({ StreamName, ShardCount: 1 })
    for (let batch = 0; batch < 4; batch++)
      assert.equal((await free.putRecords({ StreamName, Records })).FailedRecordCount, 0)
    await free.createStream({ StreamName: "huge", ShardCount: 501 })
  })
})
