import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { type Kinesis, waitUntilStreamExists, waitUntilStreamNotExists } from "@aws-sdk/client-kinesis"
import { startServer, type TestServer } from "../harness/server.ts"
import { ACCOUNT, advance, arnOf, invalid, kinesisClient, record, refused, shardId, textsOf } from "./kinesis-world.ts"

let server: TestServer
let kinesis: Kinesis

before(async () => {
  server = await startServer(["--clock-control"])
  kinesis = kinesisClient(server.client)
})
after(() => server[Symbol.asyncDispose]())

const notFound = (name: string) =>
  refused("ResourceNotFoundException", `Stream ${name} under account ${ACCOUNT} not found.`)
const HOUR = 60 * 60 * 1000
const later = (milliseconds: number) => advance(server, kinesis, milliseconds)

describe("streams", () => {
  it("are made once, described, listed and deleted", async () => {
    const StreamName = "described"
    await kinesis.createStream({ StreamName, ShardCount: 3, Tags: { team: "blue" } })
    await waitUntilStreamExists({ client: kinesis, maxWaitTime: 30 }, { StreamName })
    await assert.rejects(
      kinesis.createStream({ StreamName, ShardCount: 1 }),
      refused("ResourceInUseException", `Stream ${StreamName} under account ${ACCOUNT} already exists.`),
    )
    const { StreamDescription } = await kinesis.describeStream({ StreamName })
    const { Shards, StreamCreationTimestamp, ...shown } = StreamDescription!
    assert.deepEqual(shown, {
      StreamName,
      StreamARN: arnOf(StreamName),
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      HasMoreShards: false,
      RetentionPeriodHours: 24,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: "NONE",
    })
    assert.deepEqual(
      Shards!.map(({ ShardId, HashKeyRange }) => [ShardId, HashKeyRange!.StartingHashKey, HashKeyRange!.EndingHashKey]),
      [
        [shardId(0), "0", "113427455640312821154458202477256070484"],
        [shardId(1), "113427455640312821154458202477256070485", "226854911280625642308916404954512140969"],
        [shardId(2), "226854911280625642308916404954512140970", "340282366920938463463374607431768211455"],
      ],
    )
    for (const { SequenceNumberRange } of Shards!) {
      assert.match(SequenceNumberRange!.StartingSequenceNumber!, /^49\d{54}$/)
      assert.equal(SequenceNumberRange!.EndingSequenceNumber, undefined)
    }
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamARN: arnOf(StreamName) })
    const { StreamCreationTimestamp: _, ...summary } = StreamDescriptionSummary!
    assert.deepEqual(summary, {
      StreamName,
      StreamARN: arnOf(StreamName),
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      RetentionPeriodHours: 24,
      EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      EncryptionType: "NONE",
      OpenShardCount: 3,
      ConsumerCount: 0,
      MaxRecordSizeInKiB: 1024,
    })
    const { StreamSummaries } = await kinesis.listStreams({})
    assert.deepEqual(
      StreamSummaries!.find((one) => one.StreamName === StreamName),
      {
        StreamName,
        StreamARN: arnOf(StreamName),
        StreamStatus: "ACTIVE",
        StreamModeDetails: { StreamMode: "PROVISIONED" },
        StreamCreationTimestamp,
      },
    )
    await kinesis.deleteStream({ StreamName })
    await waitUntilStreamNotExists({ client: kinesis, maxWaitTime: 30 }, { StreamName })
    await assert.rejects(kinesis.describeStream({ StreamName }), notFound(StreamName))
    await assert.rejects(kinesis.deleteStream({ StreamName }), notFound(StreamName))
  })

  it("are on demand, with four shards, where no number is given", async () => {
    const StreamName = "on-demand"
    await kinesis.createStream({ StreamName })
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName })
    assert.equal(StreamDescriptionSummary!.StreamModeDetails!.StreamMode, "ON_DEMAND")
    assert.equal(StreamDescriptionSummary!.OpenShardCount, 4)
    await assert.rejects(
      kinesis.createStream({ StreamName: "x", ShardCount: 1, StreamModeDetails: { StreamMode: "ON_DEMAND" } }),
      invalid("ShardCount is not expected when StreamMode=ON_DEMAND"),
    )
    await assert.rejects(
      kinesis.createStream({ StreamName: "x", StreamModeDetails: { StreamMode: "PROVISIONED" } }),
      invalid(/ShardCount is required/),
    )
    await assert.rejects(
      kinesis.updateShardCount({ StreamName, TargetShardCount: 8, ScalingType: "UNIFORM_SCALING" }),
      invalid(/ON_DEMAND/),
    )
    const StreamARN = arnOf(StreamName)
    const switchTo = (StreamMode: "PROVISIONED" | "ON_DEMAND") =>
      kinesis.updateStreamMode({ StreamARN, StreamModeDetails: { StreamMode } })
    await switchTo("PROVISIONED")
    await switchTo("PROVISIONED")
    await switchTo("ON_DEMAND")
    await assert.rejects(switchTo("PROVISIONED"), refused("LimitExceededException", /switched 2 times/))
  })

  it("are listed in pages", async () => {
    for (const StreamName of ["p1", "p2", "p3"]) await kinesis.createStream({ StreamName, ShardCount: 1 })
    const first = await kinesis.listStreams({ ExclusiveStartStreamName: "p", Limit: 2 })
    assert.deepEqual([first.StreamNames, first.HasMoreStreams], [["p1", "p2"], true])
    const second = await kinesis.listStreams({ NextToken: first.NextToken!, Limit: 2 })
    assert.deepEqual([second.StreamNames, second.HasMoreStreams, second.NextToken], [["p3"], false, undefined])
    await assert.rejects(kinesis.listStreams({ NextToken: "none" }), invalid("Invalid NextToken."))
  })

  it("are made, changed and deleted by work that a restart would go on with", async () => {
    const StreamName = "worked"
    const control = (what: "pause" | "resume" | "settle") => server.work[what]()
    const status = async () =>
      (await kinesis.describeStreamSummary({ StreamName })).StreamDescriptionSummary!.StreamStatus
    const isBusy = (state: string) =>
      refused(
        "ResourceInUseException",
        `Stream ${StreamName} under account ${ACCOUNT} not ACTIVE, instead in state ${state}`,
      )
    await control("pause")
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    assert.equal(await status(), "CREATING")
    assert.deepEqual((await kinesis.describeStream({ StreamName })).StreamDescription!.Shards, [])
    await assert.rejects(kinesis.putRecord({ StreamName, ...record("x") }), notFound(StreamName))
    await assert.rejects(
      kinesis.getShardIterator({ StreamName, ShardId: shardId(0), ShardIteratorType: "LATEST" }),
      notFound(StreamName),
    )
    await assert.rejects(kinesis.listShards({ StreamName }), isBusy("CREATING"))
    await assert.rejects(
      kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 48 }),
      isBusy("CREATING"),
    )
    await control("resume")
    await control("settle")
    assert.equal(await status(), "ACTIVE")

    await control("pause")
    await kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 48 })
    assert.equal(await status(), "UPDATING")
    await kinesis.putRecord({ StreamName, ...record("written while it is changed") })
    assert.deepEqual(await textsOf(kinesis, StreamName), ["written while it is changed"])
    await assert.rejects(
      kinesis.splitShard({ StreamName, ShardToSplit: shardId(0), NewStartingHashKey: "10" }),
      isBusy("UPDATING"),
    )
    await control("resume")
    await control("settle")
    assert.equal(await status(), "ACTIVE")

    await control("pause")
    await kinesis.deleteStream({ StreamName })
    assert.equal(await status(), "DELETING")
    await assert.rejects(kinesis.putRecord({ StreamName, ...record("x") }), notFound(StreamName))
    await assert.rejects(kinesis.deleteStream({ StreamName }), isBusy("DELETING"))
    await assert.rejects(
      kinesis.createStream({ StreamName, ShardCount: 1 }),
      refused("ResourceInUseException", /already exists/),
    )
    await control("resume")
    await control("settle")
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    assert.deepEqual(await textsOf(kinesis, StreamName), [], "it is another stream")
  })

  it("are named by name, by ARN, or by both, where they agree", async () => {
    const StreamName = "named"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const StreamARN = arnOf(StreamName)
    await kinesis.putRecord({ StreamARN, ...record("by ARN") })
    await kinesis.putRecord({ StreamName, StreamARN, ...record("by both") })
    assert.deepEqual(await textsOf(kinesis, StreamName), ["by ARN", "by both"])
    for (const asked of [
      {},
      { StreamName: "other", StreamARN },
      { StreamARN: StreamARN.replace("us-east-1", "eu-west-1") },
    ])
      await assert.rejects(kinesis.describeStream(asked), { name: "InvalidArgumentException" })
    const withId = kinesisClient(server.client)
    withId.config.systemClockOffset = kinesis.config.systemClockOffset
    // Given to the client, it would be the name of a host of AWS's.
    withId.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> }
        request.body = JSON.stringify({ ...JSON.parse(request.body), StreamId: "abcdefghijklmnopqrst-abc" })
        return next(args)
      },
      { step: "build", priority: "high" },
    )
    await assert.rejects(withId.describeStream({ StreamName }), refused("NotImplemented", /StreamId/))
    await assert.rejects(kinesis.describeStream({ StreamARN: "arn:aws:sqs:us-east-1:123456789012:q" }), {
      name: "ValidationException",
    })
    await assert.rejects(kinesis.createStream({ StreamName: "a b", ShardCount: 1 }), {
      name: "ValidationException",
      message:
        "1 validation error detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    })
  })

  it("keep records for as long as is said", async () => {
    const StreamName = "kept"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    await kinesis.putRecord({ StreamName, ...record("old") })
    for (const [operation, hours, message] of [
      [
        "increase",
        23,
        "Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.",
      ],
      ["increase", 8761, /Maximum allowed retention period is 8760 hours/],
      [
        "decrease",
        25,
        `Requested retention period (25 hours) for stream ${StreamName} can not be longer than existing retention period (24 hours). Use IncreaseRetentionPeriod API.`,
      ],
    ] as const)
      await assert.rejects(
        kinesis[`${operation}StreamRetentionPeriod`]({ StreamName, RetentionPeriodHours: hours }),
        invalid(message),
      )
    await kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 48 })
    await assert.rejects(
      kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 47 }),
      invalid(
        `Requested retention period (47 hours) for stream ${StreamName} can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.`,
      ),
    )
    await later(30 * HOUR)
    await kinesis.putRecord({ StreamName, ...record("new") })
    await server.work.settle()
    assert.deepEqual(await textsOf(kinesis, StreamName), ["old", "new"])
    await kinesis.decreaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 24 })
    assert.deepEqual(await textsOf(kinesis, StreamName), ["new"], "not shown, whether removed or not")
    await later(HOUR)
    await server.work.settle()
    await kinesis.increaseStreamRetentionPeriod({ StreamName, RetentionPeriodHours: 100 })
    assert.deepEqual(await textsOf(kinesis, StreamName), ["new"], "and removed")
  })

  it("have metrics by shard that are switched on and off", async () => {
    const StreamName = "watched"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const on = await kinesis.enableEnhancedMonitoring({
      StreamName,
      ShardLevelMetrics: ["OutgoingBytes", "IncomingBytes"],
    })
    assert.deepEqual(
      [on.StreamName, on.StreamARN, on.CurrentShardLevelMetrics, on.DesiredShardLevelMetrics],
      [StreamName, arnOf(StreamName), [], ["IncomingBytes", "OutgoingBytes"]],
    )
    const off = await kinesis.disableEnhancedMonitoring({ StreamName, ShardLevelMetrics: ["IncomingBytes"] })
    assert.deepEqual(
      [off.CurrentShardLevelMetrics, off.DesiredShardLevelMetrics],
      [["IncomingBytes", "OutgoingBytes"], ["OutgoingBytes"]],
    )
    const all = await kinesis.enableEnhancedMonitoring({ StreamName, ShardLevelMetrics: ["ALL"] })
    assert.equal(all.DesiredShardLevelMetrics!.length, 7)
    const none = await kinesis.disableEnhancedMonitoring({ StreamName, ShardLevelMetrics: ["ALL"] })
    assert.deepEqual(none.DesiredShardLevelMetrics, [])
  })

  it("are tagged by two sets of operations that work on one set of tags", async () => {
    const StreamName = "tagged"
    const ResourceARN = arnOf(StreamName)
    await kinesis.createStream({ StreamName, ShardCount: 1, Tags: { a: "1" } })
    await kinesis.addTagsToStream({ StreamName, Tags: { b: "2", c: "" } })
    await kinesis.tagResource({ ResourceARN, Tags: { d: "4" } })
    await kinesis.removeTagsFromStream({ StreamName, TagKeys: ["a", "none"] })
    await kinesis.untagResource({ ResourceARN, TagKeys: ["c"] })
    const tags = [
      { Key: "b", Value: "2" },
      { Key: "d", Value: "4" },
    ]
    assert.deepEqual((await kinesis.listTagsForResource({ ResourceARN })).Tags, tags)
    const first = await kinesis.listTagsForStream({ StreamName, Limit: 1 })
    assert.deepEqual([first.Tags, first.HasMoreTags], [[tags[0]], true])
    const second = await kinesis.listTagsForStream({ StreamName, ExclusiveStartTagKey: "b" })
    assert.deepEqual([second.Tags, second.HasMoreTags], [[tags[1]], false])
    const many = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`k${at}`, ""]))
    await assert.rejects(
      kinesis.addTagsToStream({ StreamName, Tags: many }),
      invalid(
        `Failed to add tags to stream ${StreamName} under account ${ACCOUNT} because a given stream cannot have more than 50 tags associated with it.`,
      ),
    )
    await assert.rejects(kinesis.tagResource({ ResourceARN, Tags: { "a|b": "" } }), invalid(/invalid characters/))
    await assert.rejects(kinesis.tagResource({ ResourceARN, Tags: { "aws:x": "" } }), invalid(/reserved/))
    await assert.rejects(kinesis.tagResource({ ResourceARN: arnOf("none"), Tags: { a: "" } }), notFound("none"))
  })

  it("take no more shards than the account may have", async () => {
    const { OpenShardCount, ShardLimit } = await kinesis.describeLimits({})
    assert.equal(ShardLimit, 500)
    await assert.rejects(
      kinesis.createStream({ StreamName: "huge", ShardCount: 501 }),
      refused(
        "LimitExceededException",
        `This request would exceed the shard limit for the account ${ACCOUNT} in us-east-1. Current shard count for the account: ${OpenShardCount}. Limit: 500. Number of additional shards that would have resulted from this request: 501. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
      ),
    )
    await assert.rejects(kinesis.describeStream({ StreamName: "huge" }), notFound("huge"))
  })

  it("refuse what is not built, and say so", async () => {
    for (const asked of [{ WarmThroughputMiBps: 10 }, { RecordDistributionStrategy: "AUTO" as const }])
      await assert.rejects(kinesis.createStream({ StreamName: "asked", ...asked }), { name: "NotImplemented" })
    await assert.rejects(kinesis.listChannels({}), { name: "NotImplemented" })
    await assert.rejects(kinesis.updateStreamWarmThroughput({ StreamName: "a", WarmThroughputMiBps: 1 }), {
      name: "NotImplemented",
    })
  })
})

describe("the settings of an account", () => {
  it("commit it for a day at least", async () => {
    const commitment = async (Status?: "ENABLED" | "DISABLED") =>
      Status
        ? await kinesis.updateAccountSettings({ MinimumThroughputBillingCommitment: { Status } })
        : await kinesis.describeAccountSettings({})
    assert.equal((await commitment()).MinimumThroughputBillingCommitment!.Status, "DISABLED")
    const { StartedAt, EarliestAllowedEndAt } = (await commitment("ENABLED")).MinimumThroughputBillingCommitment!
    assert.equal(EarliestAllowedEndAt!.getTime() - StartedAt!.getTime(), 24 * HOUR)
    await assert.rejects(commitment("DISABLED"), invalid(/cannot be ended before/))
    await later(24 * HOUR)
    assert.equal((await commitment("DISABLED")).MinimumThroughputBillingCommitment!.Status, "DISABLED")
    assert.ok((await commitment()).MinimumThroughputBillingCommitment!.EndedAt)
  })
})
