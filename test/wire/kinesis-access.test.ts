import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { service } from "../../src/services/kinesis/service.ts"
import { startServer, type TestServer } from "../harness/server.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller, titleOf } from "./actions-table.ts"
import { arnOf, iteratorOf, kinesisClient, record, refused, shardId } from "./kinesis-world.ts"

// Source: Service Authorization Reference, "Amazon Kinesis Data Streams".

let server: TestServer
let kinesis: Kinesis
let caller: Caller

const StreamName = "guarded"
const arn = arnOf(StreamName)
const consumer = `${arn}/consumer/reader`

before(async () => {
  server = await startServer(["--clock-control"])
  kinesis = kinesisClient(server.client)
  caller = await openCaller(server, kinesisClient)
  await kinesis.createStream({ StreamName, ShardCount: 1 })
})
after(() => server[Symbol.asyncDispose]())

const onStream = (operation: string, input: object = {}): Case => [
  operation,
  { StreamName, ...input },
  [`kinesis:${operation}`, arn],
]
const onArn = (operation: string, input: object = {}): Case => [
  operation,
  { ResourceARN: arn, ...input },
  [`kinesis:${operation}`, arn],
]
const onAll = (operation: string, input: object = {}): Case => [operation, input, [`kinesis:${operation}`, "*"]]
const onConsumer = (operation: string, input: object = {}): Case => [
  operation,
  { ConsumerARN: `${consumer}:1`, ...input },
  [`kinesis:${operation}`, `${consumer}:1`],
]
const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] })

const CASES: readonly Case[] = [
  onStream("CreateStream", { ShardCount: 1 }),
  [
    "CreateStream",
    { StreamName, ShardCount: 1, Tags: { a: "b" } },
    ["kinesis:CreateStream", arn],
    ["kinesis:AddTagsToStream", arn],
  ],
  onStream("DescribeStream"),
  onStream("DescribeStreamSummary"),
  ["DescribeStreamSummary", { StreamARN: arn }, ["kinesis:DescribeStreamSummary", arn]],
  onAll("ListStreams"),
  onAll("DescribeLimits"),
  onAll("DescribeAccountSettings"),
  onAll("UpdateAccountSettings", { MinimumThroughputBillingCommitment: { Status: "DISABLED" } }),
  onStream("ListShards"),
  onStream("PutRecord", record("x")),
  ["PutRecord", { StreamARN: arn, ...record("x") }, ["kinesis:PutRecord", arn]],
  onStream("PutRecords", { Records: [record("x")] }),
  onStream("GetShardIterator", { ShardId: shardId(0), ShardIteratorType: "LATEST" }),
  onStream("IncreaseStreamRetentionPeriod", { RetentionPeriodHours: 24 }),
  onStream("DecreaseStreamRetentionPeriod", { RetentionPeriodHours: 24 }),
  onAll("EnableEnhancedMonitoring", { StreamName, ShardLevelMetrics: ["ALL"] }),
  onAll("DisableEnhancedMonitoring", { StreamName, ShardLevelMetrics: ["ALL"] }),
  onStream("SplitShard", { ShardToSplit: shardId(7), NewStartingHashKey: "10" }),
  onStream("MergeShards", { ShardToMerge: shardId(7), AdjacentShardToMerge: shardId(8) }),
  onAll("UpdateShardCount", { StreamName, TargetShardCount: 7, ScalingType: "UNIFORM_SCALING" }),
  onAll("UpdateStreamMode", { StreamARN: arn, StreamModeDetails: { StreamMode: "PROVISIONED" } }),
  ["UpdateMaxRecordSize", { StreamARN: arn, MaxRecordSizeInKiB: 1024 }, ["kinesis:UpdateMaxRecordSize", arn]],
  onStream("StartStreamEncryption", { EncryptionType: "NONE", KeyId: "alias/aws/kinesis" }),
  onStream("StopStreamEncryption", { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" }),
  onStream("AddTagsToStream", { Tags: { a: "b" } }),
  onStream("RemoveTagsFromStream", { TagKeys: ["a"] }),
  onStream("ListTagsForStream"),
  onArn("TagResource", { Tags: { a: "b" } }),
  onArn("UntagResource", { TagKeys: ["a"] }),
  onArn("ListTagsForResource"),
  ["ListTagsForResource", { ResourceARN: `${consumer}:1` }, ["kinesis:ListTagsForResource", `${consumer}:1`]],
  onArn("PutResourcePolicy", { Policy }),
  onArn("GetResourcePolicy"),
  onArn("DeleteResourcePolicy"),
  ["RegisterStreamConsumer", { StreamARN: arn, ConsumerName: "other" }, ["kinesis:RegisterStreamConsumer", arn]],
  [
    "RegisterStreamConsumer",
    { StreamARN: arn, ConsumerName: "other", Tags: { a: "b" } },
    ["kinesis:RegisterStreamConsumer", arn],
    ["kinesis:TagResource", arn],
  ],
  ["ListStreamConsumers", { StreamARN: arn }, ["kinesis:ListStreamConsumers", arn]],
  onConsumer("DescribeStreamConsumer"),
  onConsumer("SubscribeToShard", { ShardId: shardId(0), StartingPosition: { Type: "LATEST" } }),
  onConsumer("DeregisterStreamConsumer"),
  onStream("DeleteStream", { EnforceConsumerDeletion: true }),
]

describe("permissions", () => {
  // What reads by an iterator, or goes on with a list, is asked by what these are of.
  const WITH_TOKENS = ["GetRecords"]

  it("are asked of every operation", () => {
    const others = service.operations.filter(({ name }) => !WITH_TOKENS.includes(name))
    assertComplete(CASES, others)
  })

  it("to read are those of the stream that the iterator is of", async () => {
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    await assertNeeds(caller, ["GetRecords", { ShardIterator }, ["kinesis:GetRecords", arn]])
  })

  it("to go on with a list are those of the stream that it is of", async () => {
    await kinesis.createStream({ StreamName: "wide", ShardCount: 2 })
    const { NextToken } = await kinesis.listShards({ StreamName: "wide", MaxResults: 1 })
    await assertNeeds(caller, ["ListShards", { NextToken }, ["kinesis:ListShards", arnOf("wide")]])
    await kinesis.deleteStream({ StreamName: "wide" })
  })

  for (const one of CASES) it(titleOf(one), () => assertNeeds(caller, one))

  it("are refused in AWS's words", async () => {
    await caller.may([{ Effect: "Allow", Action: "kinesis:*", Resource: arnOf("elsewhere") }])
    await assert.rejects(
      caller.operations.PutRecord!({ StreamName, ...record("x") }),
      refused(
        "AccessDeniedException",
        `User: arn:aws:iam::123456789012:user/caller is not authorized to perform: kinesis:PutRecord on resource: ${arn} because no identity-based policy allows the kinesis:PutRecord action`,
      ),
    )
  })

  it("can be given by the tags of the stream, and by those that are set", async () => {
    await kinesis.createStream({ StreamName: "blue", ShardCount: 1, Tags: { team: "blue" } })
    await kinesis.createStream({ StreamName: "red", ShardCount: 1, Tags: { team: "red" } })
    const { DescribeStreamSummary, AddTagsToStream } = caller.operations
    const StringEquals = { "aws:ResourceTag/team": "blue" }
    await caller.may([
      { Effect: "Allow", Action: "kinesis:Describe*", Resource: "*", Condition: { StringEquals } },
      {
        Effect: "Allow",
        Action: "kinesis:AddTagsToStream",
        Resource: "*",
        Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["size"] } },
      },
    ])
    await DescribeStreamSummary!({ StreamName: "blue" })
    await assert.rejects(DescribeStreamSummary!({ StreamName: "red" }), refused("AccessDeniedException"))
    await AddTagsToStream!({ StreamName: "red", Tags: { size: "9" } })
    await assert.rejects(
      AddTagsToStream!({ StreamName: "red", Tags: { team: "blue" } }),
      refused("AccessDeniedException"),
    )
  })

  it("are of the consumer, by its ARN or by its name", async () => {
    await kinesis.createStream({ StreamName: "read", ShardCount: 1 })
    const StreamARN = arnOf("read")
    const { Consumer } = await kinesis.registerStreamConsumer({
      StreamARN,
      ConsumerName: "one",
      Tags: { team: "blue" },
    })
    await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "other" })
    const { DescribeStreamConsumer } = caller.operations
    await caller.may([{ Effect: "Allow", Action: "kinesis:*", Resource: `${StreamARN}/consumer/one:*` }])
    await DescribeStreamConsumer!({ ConsumerARN: Consumer!.ConsumerARN })
    await DescribeStreamConsumer!({ StreamARN, ConsumerName: "one" })
    await assert.rejects(
      DescribeStreamConsumer!({ StreamARN, ConsumerName: "other" }),
      refused("AccessDeniedException"),
    )
    await assert.rejects(DescribeStreamConsumer!({ StreamARN, ConsumerName: "none" }), refused("AccessDeniedException"))
    const Condition = { StringEquals: { "aws:ResourceTag/team": "blue" } }
    await caller.may([{ Effect: "Allow", Action: "kinesis:*", Resource: "*", Condition }])
    await DescribeStreamConsumer!({ StreamARN, ConsumerName: "one" })
    await assert.rejects(
      DescribeStreamConsumer!({ StreamARN, ConsumerName: "other" }),
      refused("AccessDeniedException"),
    )
  })
})
