import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { CognitoIdentity } from "@aws-sdk/client-cognito-identity"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import { DynamoDBStreams } from "@aws-sdk/client-dynamodb-streams"
import { IAM } from "@aws-sdk/client-iam"
import { service } from "../../src/services/dynamodbstreams/service.ts"
import { assertComplete, assertNeeds, type Caller, type Case, openCaller } from "./actions-table.ts"
import { COGNITO } from "./cognito-identity-world.ts"
import {
  createStreamed,
  iteratorOf,
  openStreamsWorld,
  readAll,
  type StreamsWorld,
  shardsOf,
  TableName,
} from "./dynamodb-streams-world.ts"
import { invalidates, refuses } from "./dynamodb-world.ts"
import { createPerson, policy } from "./iam-world.ts"

let world: StreamsWorld
let arn = ""
let shardId = ""
before(async () => {
  world = await openStreamsWorld()
  arn = await createStreamed(world.db)
  const put = (pk: string) => world.db.putItem({ TableName, Item: { pk: { S: pk }, sk: { N: "1" } } })
  for (const pk of ["a", "b", "c"]) await put(pk)
  shardId = (await shardsOf(world.streams, arn))[0]!.ShardId!
})
after(() => world[Symbol.asyncDispose]())

// Source: service authorization reference, Amazon DynamoDB.
test("each operation takes its own permission on the stream", async () => {
  const ShardIterator = await iteratorOf(world.streams, arn, shardId)
  const CASES: readonly Case[] = [
    ["ListStreams", {}, ["dynamodb:ListStreams", "*"]],
    ["DescribeStream", { StreamArn: arn }, ["dynamodb:DescribeStream", arn]],
    [
      "GetShardIterator",
      { StreamArn: arn, ShardId: shardId, ShardIteratorType: "LATEST" },
      ["dynamodb:GetShardIterator", arn],
    ],
    ["GetRecords", { ShardIterator }, ["dynamodb:GetRecords", arn]],
  ]
  assertComplete(CASES, service.operations)
  const caller: Caller = await openCaller(world.server, (options) => new DynamoDBStreams(options))
  for (const row of CASES) await assertNeeds(caller, row)
})

test("the permission for a table is none for its stream, and one for any stream of it is", async () => {
  const table = arn.slice(0, arn.indexOf("/stream/"))
  const person = await createPerson(world.server, "reader")
  const iam = new IAM(world.server.client)
  const mine = new DynamoDBStreams({ ...person.options, maxAttempts: 1 })
  const may = (Resource: string) =>
    iam.putUserPolicy({
      UserName: "reader",
      PolicyName: "own",
      PolicyDocument: policy({ Action: ["dynamodb:*"], Resource }),
    })
  await may(table)
  await refuses(
    mine.describeStream({ StreamArn: arn }),
    "AccessDeniedException",
    `User: ${person.arn} is not authorized to perform: dynamodb:DescribeStream on resource: ${arn} because no identity-based policy allows the dynamodb:DescribeStream action`,
  )
  await may(`${table}/stream/*`)
  assert.equal((await readAll(mine, arn)).length, 3)
  await assert.rejects(new DynamoDB({ ...person.options, maxAttempts: 1 }).describeTable({ TableName }), {
    name: "AccessDeniedException",
  })
})

describe("a stream's own policy", () => {
  const put = (Policy: string, more: object = {}) => world.db.putResourcePolicy({ ResourceArn: arn, Policy, ...more })
  const letting = (Principal: object, Action: string | string[] = "dynamodb:GetRecords") =>
    policy({ Principal, Action, Resource: arn })

  test("is kept, told and taken away, apart from that of the table", async () => {
    const none = { name: "PolicyNotFoundException" }
    await assert.rejects(world.db.getResourcePolicy({ ResourceArn: arn }), none)
    const document = letting({ AWS: world.server.account })
    const { RevisionId } = await put(document, { ExpectedRevisionId: "NO_POLICY" })
    assert.deepEqual((await put(document)).RevisionId, RevisionId)
    await assert.rejects(put(document, { ExpectedRevisionId: "NO_POLICY" }), none)
    await assert.rejects(put(document, { ExpectedRevisionId: "1" }), none)
    const { Policy, RevisionId: told } = await world.db.getResourcePolicy({ ResourceArn: arn })
    assert.deepEqual([Policy, told], [document, RevisionId])
    await assert.rejects(world.db.getResourcePolicy({ ResourceArn: arn.slice(0, arn.indexOf("/stream/")) }), none)
    assert.deepEqual((await world.db.deleteResourcePolicy({ ResourceArn: arn })).RevisionId, RevisionId)
    assert.deepEqual((await world.db.deleteResourcePolicy({ ResourceArn: arn })).RevisionId, undefined)
    await assert.rejects(world.db.getResourcePolicy({ ResourceArn: arn }), none)
  })

  test("lets in who has no policy, and refuses who has one", async () => {
    const person = await createPerson(world.server, "invited")
    const mine = new DynamoDBStreams({ ...person.options, maxAttempts: 1 })
    const ShardIterator = await iteratorOf(world.streams, arn, shardId)
    await assert.rejects(mine.getRecords({ ShardIterator }), { name: "AccessDeniedException" })
    await put(letting({ AWS: person.arn }))
    await mine.getRecords({ ShardIterator })
    await assert.rejects(mine.describeStream({ StreamArn: arn }), { name: "AccessDeniedException" })
    await put(
      policy(
        { Principal: { AWS: person.arn }, Action: "dynamodb:*", Resource: arn },
        { Effect: "Deny", Principal: "*", Action: "dynamodb:GetRecords", Resource: arn },
      ),
    )
    await mine.describeStream({ StreamArn: arn })
    await refuses(
      mine.getRecords({ ShardIterator }),
      "AccessDeniedException",
      `User: ${person.arn} is not authorized to perform: dynamodb:GetRecords on resource: ${arn} with an explicit deny in a resource-based policy`,
    )
    await world.db.deleteResourcePolicy({ ResourceArn: arn })
  })

  test("of a stream that is not there is refused", async () => {
    const label = "2026-01-01T00:00:00.000"
    const none = arn.replace(/[^/]+$/, label)
    await refuses(
      world.db.getResourcePolicy({ ResourceArn: none }),
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${label} not found for Table: ${TableName}`,
    )
    await assert.rejects(world.db.putResourcePolicy({ ResourceArn: none, Policy: letting({ AWS: "*" }) }), {
      name: "ResourceNotFoundException",
    })
    await invalidates(world.db.getResourcePolicy({ ResourceArn: `${none}/more` }), /Invalid ResourceArn provided/)
    await invalidates(put("{}"), /Invalid policy document/)
  })
})

test("a guest reads a stream that the role of guests may read, for DynamoDB is what guests may have", async () => {
  const { server } = world
  const pools = new CognitoIdentity(server.client)
  const IdentityPoolId = (
    await pools.createIdentityPool({ IdentityPoolName: "guests", AllowUnauthenticatedIdentities: true })
  ).IdentityPoolId!
  const iam = new IAM(server.client)
  const RoleName = "guests"
  const { Role } = await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: policy({
      Principal: { Federated: COGNITO },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${COGNITO}:aud`]: IdentityPoolId } },
    }),
  })
  const statement = {
    Action: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
    Resource: arn,
  }
  await iam.putRolePolicy({ RoleName, PolicyName: "p", PolicyDocument: policy(statement) })
  await pools.setIdentityPoolRoles({ IdentityPoolId, Roles: { unauthenticated: Role!.Arn! } })
  const { IdentityId } = await pools.getId({ IdentityPoolId })
  const { Credentials } = await pools.getCredentialsForIdentity({ IdentityId: IdentityId! })
  const guest = new DynamoDBStreams(
    server.clientOf({
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretKey!,
      sessionToken: Credentials!.SessionToken!,
    }),
  )
  assert.equal((await readAll(guest, arn)).length, 3)
  await assert.rejects(guest.listStreams({}), { name: "AccessDeniedException" })
})

describe("what is no place in a stream", () => {
  const refusesWith = (call: () => Promise<unknown>, name: string, message: string) => refuses(call(), name, message)
  const otherShard = "shardId-00000000000000000000-00000000"

  test("streams that are not there", async () => {
    const other = arn.replace(/[^/]+$/, "2026-01-01T00:00:00.000")
    for (const StreamArn of [other, arn.replace("us-east-1", "eu-west-1"), arn.replace(TableName, "None")])
      await refusesWith(
        () => world.streams.describeStream({ StreamArn }),
        "ResourceNotFoundException",
        `Requested resource not found: Stream: ${StreamArn} not found`,
      )
    for (const StreamArn of [
      arn.replace("dynamodb", "kinesis"),
      `${arn}/more`,
      arn.slice(0, arn.lastIndexOf("/")),
      "x".repeat(50),
    ])
      await invalidates(world.streams.describeStream({ StreamArn }), `Invalid StreamArn: ${StreamArn}`)
  })

  test("shards that are not there", async () => {
    await refusesWith(
      () => iteratorOf(world.streams, arn, otherShard),
      "ResourceNotFoundException",
      "Requested resource not found: Shard does not exist",
    )
  })

  test("sequence numbers that are missing, too many or of another shard", async () => {
    const { streams } = world
    const at = (type: "AT_SEQUENCE_NUMBER" | "LATEST", SequenceNumber?: string) =>
      iteratorOf(streams, arn, shardId, type, SequenceNumber)
    const [own, other] = (await shardsOf(streams, arn)).map(
      (shard) => shard.SequenceNumberRange!.StartingSequenceNumber!,
    )
    await at("AT_SEQUENCE_NUMBER", own)
    await invalidates(at("AT_SEQUENCE_NUMBER"), /^SequenceNumber must be specified/)
    await invalidates(at("LATEST", own), /^SequenceNumber must not be specified/)
    for (const wrong of [other!, "1".repeat(21), "x".repeat(25), `${"0".repeat(16)}${own!.slice(16)}`])
      await invalidates(at("AT_SEQUENCE_NUMBER", wrong), `Invalid SequenceNumber: ${wrong}`)
    await invalidates(at("AT_SEQUENCE_NUMBER", "1".repeat(20)), /sequenceNumber/)
  })

  test("at a sequence number and after it", async () => {
    const { streams } = world
    for (const { ShardId } of await shardsOf(streams, arn)) {
      const all = await streams.getRecords({ ShardIterator: await iteratorOf(streams, arn, ShardId!) })
      for (const [i, { dynamodb }] of all.Records!.entries()) {
        const number = dynamodb!.SequenceNumber!
        const at = await iteratorOf(streams, arn, ShardId!, "AT_SEQUENCE_NUMBER", number)
        const behind = await iteratorOf(streams, arn, ShardId!, "AFTER_SEQUENCE_NUMBER", number)
        assert.deepEqual((await streams.getRecords({ ShardIterator: at })).Records, all.Records!.slice(i))
        assert.deepEqual((await streams.getRecords({ ShardIterator: behind })).Records, all.Records!.slice(i + 1))
      }
      const latest = await iteratorOf(streams, arn, ShardId!, "LATEST")
      assert.deepEqual((await streams.getRecords({ ShardIterator: latest })).Records, [])
    }
  })

  test("iterators that nobody gave out", async () => {
    const good = await iteratorOf(world.streams, arn, shardId)
    const at = good.lastIndexOf("|") + 1
    const wrong = [
      "garbage",
      `${arn}|1|`,
      `${arn}|2|${good.slice(at)}`,
      `${good}|more`,
      `${good.slice(0, at + 3)}${good[at + 3] === "A" ? "B" : "A"}${good.slice(at + 4)}`,
      good.slice(0, -4),
    ]
    for (const ShardIterator of wrong)
      await invalidates(world.streams.getRecords({ ShardIterator }), "Invalid ShardIterator")
    const other = arn.replace(/[^/]+$/, "2026-01-01T00:00:00.000")
    await assert.rejects(world.streams.getRecords({ ShardIterator: good.replace(arn, other) }), {
      name: "ResourceNotFoundException",
    })
    const second = await createStreamed(world.db, "KEYS_ONLY", { TableName: "Second" })
    await invalidates(world.streams.getRecords({ ShardIterator: good.replace(arn, second) }), "Invalid ShardIterator")
    await invalidates(world.streams.getRecords({ ShardIterator: good, Limit: 1001 }), /less than or equal to 1000$/)
    await invalidates(world.streams.getRecords({ ShardIterator: good, Limit: 0 }), /greater than or equal to 1/)
  })
})
