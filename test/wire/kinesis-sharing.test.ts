import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { IAM } from "@aws-sdk/client-iam"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { KMS } from "@aws-sdk/client-kms"
import { Organizations } from "@aws-sdk/client-organizations"
import { STS } from "@aws-sdk/client-sts"
import { type Credentials, startServer, type TestServer } from "../harness/server.ts"
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
let iam: IAM

before(async () => {
  server = await startServer(["--clock-control"])
  kinesis = kinesisClient(server.client)
  iam = new IAM(server.client)
})
after(() => server[Symbol.asyncDispose]())

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement })
const allow = (Action: string | string[], Resource = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
})

async function userOf(of: IAM, UserName: string, ...statements: object[]): Promise<Credentials> {
  await of.createUser({ UserName })
  await of.putUserPolicy({ UserName, PolicyName: "p", PolicyDocument: document(...statements) })
  const { AccessKey } = await of.createAccessKey({ UserName })
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}

const clientOf = (credentials: Credentials) => {
  const client = kinesisClient(server.clientOf(credentials))
  client.config.systemClockOffset = kinesis.config.systemClockOffset
  return client
}

describe("policies of streams and consumers", () => {
  it("are put, told and deleted", async () => {
    const StreamName = "told"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const ResourceARN = arnOf(StreamName)
    const { Consumer } = await kinesis.registerStreamConsumer({ StreamARN: ResourceARN, ConsumerName: "one" })
    const Policy = document({ ...allow("kinesis:PutRecord", ResourceARN), Principal: { AWS: ACCOUNT } })
    for (const ARN of [ResourceARN, Consumer!.ConsumerARN!]) {
      assert.equal((await kinesis.getResourcePolicy({ ResourceARN: ARN })).Policy, "{}")
      await kinesis.putResourcePolicy({ ResourceARN: ARN, Policy })
      assert.equal((await kinesis.getResourcePolicy({ ResourceARN: ARN })).Policy, Policy)
      await kinesis.deleteResourcePolicy({ ResourceARN: ARN })
      assert.equal((await kinesis.getResourcePolicy({ ResourceARN: ARN })).Policy, "{}")
    }
    for (const wrong of ["no JSON", "[]", document(allow("kinesis:PutRecord"))])
      await assert.rejects(kinesis.putResourcePolicy({ ResourceARN, Policy: wrong }), invalid())
    await assert.rejects(
      kinesis.putResourcePolicy({ ResourceARN: arnOf("none"), Policy }),
      refused("ResourceNotFoundException"),
    )
    await assert.rejects(
      kinesis.getResourcePolicy({ ResourceARN: Consumer!.ConsumerARN!.replace(/\d$/, (digit) => `${digit}1`) }),
      refused("ResourceNotFoundException"),
    )
  })

  it("let another account in, to write and to read and no further", async () => {
    const StreamName = "shared"
    const StreamARN = arnOf(StreamName)
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const { account, iam: theirs } = await openAccount()
    const all = clientOf(await userOf(theirs, "all", allow("kinesis:*")))
    const none = clientOf(await userOf(theirs, "none", allow("iam:ListUsers")))
    const isDenied = refused("AccessDeniedException")
    await assert.rejects(all.putRecord({ StreamARN, ...record("x") }), isDenied)
    await kinesis.putResourcePolicy({
      ResourceARN: StreamARN,
      Policy: document({ ...allow("kinesis:*", StreamARN), Principal: { AWS: account } }),
    })
    await all.putRecord({ StreamARN, ...record("theirs") })
    await assert.rejects(none.putRecord({ StreamARN, ...record("x") }), isDenied)
    const { ShardIterator } = await all.getShardIterator({
      StreamARN,
      ShardId: shardId(0),
      ShardIteratorType: "TRIM_HORIZON",
    })
    assert.deepEqual(texts((await all.getRecords({ ShardIterator })).Records), ["theirs"])
    await assert.rejects(none.getRecords({ ShardIterator }), isDenied)
    await all.describeStreamSummary({ StreamARN })
    assert.equal((await all.listShards({ StreamARN })).Shards!.length, 1)
    // A name alone is of the caller's own account.
    await assert.rejects(all.putRecord({ StreamName, ...record("x") }), refused("ResourceNotFoundException"))
    for (const call of [
      () => all.deleteStream({ StreamARN }),
      () => all.increaseStreamRetentionPeriod({ StreamARN, RetentionPeriodHours: 48 }),
      () => all.splitShard({ StreamARN, ShardToSplit: shardId(0), NewStartingHashKey: "10" }),
      () => all.updateShardCount({ StreamARN, TargetShardCount: 2, ScalingType: "UNIFORM_SCALING" }),
      () => all.tagResource({ ResourceARN: StreamARN, Tags: { a: "b" } }),
      () => all.putResourcePolicy({ ResourceARN: StreamARN, Policy: document() }),
    ])
      await assert.rejects(call(), invalid(/belongs to another account/))
    const { Consumer } = await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "fan" })
    const ConsumerARN = Consumer!.ConsumerARN!
    await assert.rejects(all.describeStreamConsumer({ ConsumerARN }), isDenied)
    await kinesis.putResourcePolicy({
      ResourceARN: ConsumerARN,
      Policy: document({ ...allow("kinesis:DescribeStreamConsumer", ConsumerARN), Principal: { AWS: account } }),
    })
    await all.describeStreamConsumer({ ConsumerARN })
    await kinesis.deleteResourcePolicy({ ResourceARN: StreamARN })
    await assert.rejects(all.putRecord({ StreamARN, ...record("x") }), isDenied)
    assert.deepEqual(await textsOf(kinesis, StreamName), ["theirs"])
  })

  it("deny whoever is allowed elsewhere", async () => {
    const StreamName = "denied"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const writer = clientOf(await userOf(iam, "writer", allow("kinesis:*")))
    await writer.putRecord({ StreamName, ...record("x") })
    await kinesis.putResourcePolicy({
      ResourceARN: arnOf(StreamName),
      Policy: document({ ...allow("kinesis:PutRecord", arnOf(StreamName)), Effect: "Deny", Principal: "*" }),
    })
    await assert.rejects(
      writer.putRecord({ StreamName, ...record("x") }),
      refused("AccessDeniedException", /with an explicit deny in a resource-based policy$/),
    )
  })
})

describe("consumers", () => {
  it("are registered, told, listed and deregistered", async () => {
    const StreamName = "consumed"
    const StreamARN = arnOf(StreamName)
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const { Consumer } = await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "b", Tags: { x: "y" } })
    const { ConsumerCreationTimestamp, ConsumerARN, ...rest } = Consumer!
    assert.deepEqual(rest, { ConsumerName: "b", ConsumerStatus: "CREATING" })
    assert.equal(ConsumerARN, `${StreamARN}/consumer/b:${Math.floor(ConsumerCreationTimestamp!.getTime() / 1000)}`)
    const { ConsumerDescription } = await kinesis.describeStreamConsumer({ ConsumerARN: ConsumerARN! })
    assert.deepEqual(ConsumerDescription, {
      ConsumerName: "b",
      ConsumerARN,
      ConsumerStatus: "ACTIVE",
      ConsumerCreationTimestamp,
      StreamARN,
    })
    assert.deepEqual((await kinesis.listTagsForResource({ ResourceARN: ConsumerARN! })).Tags, [
      { Key: "x", Value: "y" },
    ])
    await assert.rejects(
      kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "b" }),
      refused("ResourceInUseException", /already exists/),
    )
    for (const ConsumerName of ["a", "c"]) await kinesis.registerStreamConsumer({ StreamARN, ConsumerName })
    const first = await kinesis.listStreamConsumers({ StreamARN, MaxResults: 2 })
    const second = await kinesis.listStreamConsumers({ StreamARN, NextToken: first.NextToken! })
    assert.deepEqual(
      [...first.Consumers!, ...second.Consumers!].map((one) => [one.ConsumerName, one.ConsumerStatus]),
      [
        ["a", "ACTIVE"],
        ["b", "ACTIVE"],
        ["c", "ACTIVE"],
      ],
    )
    const summary = await kinesis.describeStreamSummary({ StreamName })
    assert.equal(summary.StreamDescriptionSummary!.ConsumerCount, 3)
    await assert.rejects(
      kinesis.deleteStream({ StreamName }),
      refused(
        "ResourceInUseException",
        `DeleteStream can't delete ${ACCOUNT}:${StreamName} because there are consumers associated with this data stream. To delete ${StreamName} anyway, set the EnforceConsumerDeletion parameter to true to force the deletion of all the consumers that are associated with it.`,
      ),
    )
    await kinesis.deregisterStreamConsumer({ ConsumerARN: ConsumerARN! })
    await kinesis.deregisterStreamConsumer({ StreamARN, ConsumerName: "a" })
    const gone = refused("ResourceNotFoundException")
    await assert.rejects(kinesis.deregisterStreamConsumer({ StreamARN, ConsumerName: "a" }), gone)
    await advance(server, kinesis, 2_000)
    await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "b" })
    await assert.rejects(kinesis.describeStreamConsumer({ ConsumerARN: ConsumerARN! }), gone)
    await kinesis.deleteStream({ StreamName, EnforceConsumerDeletion: true })
    await assert.rejects(kinesis.describeStreamConsumer({ StreamARN, ConsumerName: "b" }), gone)
  })

  it("are twenty at most, and named without contradiction", async () => {
    const StreamName = "crowded"
    const StreamARN = arnOf(StreamName)
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    for (let at = 0; at < 20; at++) await kinesis.registerStreamConsumer({ StreamARN, ConsumerName: `c${at}` })
    await assert.rejects(
      kinesis.registerStreamConsumer({ StreamARN, ConsumerName: "one-more" }),
      refused("LimitExceededException"),
    )
    const { ConsumerDescription } = await kinesis.describeStreamConsumer({ StreamARN, ConsumerName: "c1" })
    const ConsumerARN = ConsumerDescription!.ConsumerARN!
    await kinesis.describeStreamConsumer({ StreamARN, ConsumerName: "c1", ConsumerARN })
    for (const asked of [{}, { StreamARN }, { ConsumerName: "c1" }, { ConsumerARN, ConsumerName: "c2" }])
      await assert.rejects(kinesis.describeStreamConsumer(asked), invalid())
    await assert.rejects(
      kinesis.registerStreamConsumer({ StreamARN: arnOf("none"), ConsumerName: "c" }),
      refused("ResourceNotFoundException"),
    )
    await server.work.pause()
    await kinesis.deregisterStreamConsumer({ ConsumerARN })
    const held = await kinesis.describeStreamConsumer({ ConsumerARN })
    assert.equal(held.ConsumerDescription!.ConsumerStatus, "DELETING")
    await server.work.resume()
    await server.work.settle()
    await assert.rejects(kinesis.describeStreamConsumer({ ConsumerARN }), refused("ResourceNotFoundException"))
  })
})

describe("encrypted streams", () => {
  const StreamName = "sealed"
  const viaKinesis = { StringEquals: { "kms:ViaService": "kinesis.us-east-1.amazonaws.com" } }

  it("are written and read by those who may use the key", async () => {
    const kms = new KMS({ ...server.client, systemClockOffset: kinesis.config.systemClockOffset })
    const { KeyMetadata } = await kms.createKey({})
    const { KeyId, Arn } = KeyMetadata!
    await kinesis.createStream({ StreamName, ShardCount: 1, Tags: { "hallpass:throughput": "unlimited" } })
    await kinesis.putRecord({ StreamName, ...record("plain") })
    await kinesis.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId: KeyId! })
    const { StreamDescription } = await kinesis.describeStream({ StreamName })
    assert.deepEqual([StreamDescription!.EncryptionType, StreamDescription!.KeyId], ["KMS", KeyId])

    const context = {
      StringEquals: { ...viaKinesis.StringEquals, "kms:EncryptionContext:aws:kinesis:arn": arnOf(StreamName) },
    }
    const both = clientOf(
      await userOf(
        iam,
        "both",
        allow("kinesis:*"),
        allow(["kms:GenerateDataKey", "kms:Decrypt"], Arn, { Condition: context }),
      ),
    )
    const writes = clientOf(await userOf(iam, "writes", allow("kinesis:*"), allow("kms:GenerateDataKey", Arn)))
    const neither = clientOf(await userOf(iam, "neither", allow("kinesis:*")))
    const put = await both.putRecord({ StreamName, ...record("sealed by both") })
    assert.equal(put.EncryptionType, "KMS")
    const puts = await writes.putRecords({ StreamName, Records: [record("sealed by one")] })
    assert.deepEqual([puts.EncryptionType, puts.FailedRecordCount], ["KMS", 0])
    const isDenied = (action: string) =>
      refused("KMSAccessDeniedException", new RegExp(`not authorized to perform: ${action} on resource: ${Arn}`))
    await assert.rejects(neither.putRecord({ StreamName, ...record("x") }), isDenied("kms:GenerateDataKey"))
    await assert.rejects(neither.putRecords({ StreamName, Records: [record("x")] }), isDenied("kms:GenerateDataKey"))
    const ShardIterator = await iteratorOf(kinesis, StreamName)
    await assert.rejects(writes.getRecords({ ShardIterator }), isDenied("kms:Decrypt"))
    const { Records } = await both.getRecords({ ShardIterator })
    assert.deepEqual(texts(Records), ["plain", "sealed by both", "sealed by one"])
    assert.deepEqual(
      Records!.map(({ EncryptionType }) => EncryptionType),
      [undefined, "KMS", "KMS"],
    )
    // Who may read plain records alone reads these.
    assert.deepEqual(texts((await neither.getRecords({ ShardIterator, Limit: 1 })).Records), ["plain"])

    await kms.disableKey({ KeyId: KeyId! })
    await advance(server, kinesis, 5 * 60_000 + 1_000)
    kms.config.systemClockOffset = kinesis.config.systemClockOffset
    await assert.rejects(kinesis.putRecord({ StreamName, ...record("x") }), refused("KMSDisabledException"))
    assert.match(await server.explain(), /KMS did not let its key be used/)
    await kms.enableKey({ KeyId: KeyId! })
    await kinesis.stopStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId: KeyId! })
    const after = await kinesis.putRecord({ StreamName, ...record("plain again") })
    assert.equal(after.EncryptionType, undefined)
    assert.deepEqual(await textsOf(kinesis, StreamName), ["plain", "sealed by both", "sealed by one", "plain again"])
    await assert.rejects(
      kinesis.stopStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId: KeyId! }),
      invalid(/is not encrypted/),
    )
  })

  it("may have the key that AWS has for them", async () => {
    const StreamName = "managed"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    await kinesis.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId: "alias/aws/kinesis" })
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName })
    assert.equal(StreamDescriptionSummary!.KeyId, "alias/aws/kinesis")
    const writer = clientOf(await userOf(iam, "of-managed", allow("kinesis:*")))
    await writer.putRecord({ StreamName, ...record("x") })
    assert.deepEqual(await textsOf(writer, StreamName), ["x"])
  })

  it("are refused keys that cannot be used", async () => {
    const StreamName = "unsealed"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const start = (KeyId: string, EncryptionType: "KMS" | "NONE" = "KMS") =>
      kinesis.startStreamEncryption({ StreamName, EncryptionType, KeyId })
    const kms = new KMS({ ...server.client, systemClockOffset: kinesis.config.systemClockOffset })
    const disabled = (await kms.createKey({})).KeyMetadata!.KeyId!
    await kms.disableKey({ KeyId: disabled })
    const signing = (await kms.createKey({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" })).KeyMetadata!.KeyId!
    await assert.rejects(start("alias/none"), refused("KMSNotFoundException"))
    await assert.rejects(start("00000000-0000-4000-8000-000000000000"), refused("KMSNotFoundException"))
    await assert.rejects(start(disabled), refused("KMSDisabledException"))
    await assert.rejects(start(signing), invalid(/symmetric/))
    await assert.rejects(start("alias/aws/kinesis", "NONE"), invalid())
    const admin = clientOf(await userOf(iam, "administers", allow("kinesis:*")))
    await assert.rejects(
      admin.startStreamEncryption({ StreamName, EncryptionType: "KMS", KeyId: disabled }),
      refused("KMSAccessDeniedException", /kms:DescribeKey/),
    )
    const { StreamDescription } = await kinesis.describeStream({ StreamName })
    assert.deepEqual([StreamDescription!.EncryptionType, StreamDescription!.StreamStatus], ["NONE", "ACTIVE"])
  })
})

/** Another account, as who may do everything there. */
async function openAccount(): Promise<{ account: string; iam: IAM }> {
  const { systemClockOffset } = kinesis.config
  const organizations = new Organizations({ ...server.client, systemClockOffset })
  await organizations.createOrganization({})
  const { CreateAccountStatus } = await organizations.createAccount({ AccountName: "other", Email: "o@example.com" })
  const status = await organizations.describeCreateAccountStatus({ CreateAccountRequestId: CreateAccountStatus!.Id! })
  const account = status.CreateAccountStatus!.AccountId!
  const admin = await userOf(iam, "admin", allow("*"))
  const { Credentials: given } = await new STS({ ...server.clientOf(admin), systemClockOffset }).assumeRole({
    RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
    RoleSessionName: "session",
  })
  const credentials = {
    accessKeyId: given!.AccessKeyId!,
    secretAccessKey: given!.SecretAccessKey!,
    sessionToken: given!.SessionToken!,
  }
  return { account, iam: new IAM({ ...server.clientOf(credentials), systemClockOffset }) }
}
