import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { DynamoDB } from "@aws-sdk/client-dynamodb"
import type { Kinesis } from "@aws-sdk/client-kinesis"
import { Lambda } from "@aws-sdk/client-lambda"
import { kinesisClient } from "./kinesis-world.ts"
import { invalidates, isMissing, type LambdaWorld, openLambdaWorld, refuses } from "./lambda-world.ts"

let world: LambdaWorld
let kinesis: Kinesis
/** The stream of a table. */
let TABLE: string
before(async () => {
  world = await openLambdaWorld(["--unlimited-streams"])
  kinesis = kinesisClient(world.server.client)
  for (const name of ["Kinesis", "DynamoDB"])
    await world.iam.attachRolePolicy({
      RoleName: "function-role",
      PolicyArn: `arn:aws:iam::aws:policy/service-role/AWSLambda${name}ExecutionRole`,
    })
  await world.create("reader", { Publish: true })
  const { TableDescription } = await new DynamoDB(world.server.client).createTable({
    TableName: "table",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  })
  TABLE = TableDescription!.LatestStreamArn!
})
after(() => world[Symbol.asyncDispose]())

const stream = (name: string) => `arn:aws:kinesis:us-east-1:${world.server.account}:stream/${name}`
const queue = (name: string) => `arn:aws:sqs:us-east-1:111111111111:${name}`
const UUID = /^[0-9a-f-]{36}$/

const made = new Set<string>()

/** A mapping that is disabled; a stream is made where it is not there. */
async function disabled(EventSourceArn: string, more: object = {}) {
  const [, StreamName] = /:stream\/([^/]+)$/.exec(EventSourceArn) ?? []
  if (StreamName !== undefined && EventSourceArn.includes(":kinesis:") && !made.has(StreamName)) {
    made.add(StreamName)
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    await world.server.work.settle()
  }
  return world.lambda.createEventSourceMapping({ FunctionName: "reader", EventSourceArn, Enabled: false, ...more })
}

test("a disabled mapping of a stream is told with AWS's defaults", async () => {
  const { $metadata, ...made } = await disabled(stream("defaults"), { StartingPosition: "LATEST" })
  assert.equal($metadata.httpStatusCode, 202)
  const { UUID: uuid, LastModified, ...rest } = made
  assert.match(uuid!, UUID)
  assert.ok(LastModified instanceof Date)
  assert.deepEqual(rest, {
    EventSourceArn: stream("defaults"),
    FunctionArn: world.arn("reader"),
    EventSourceMappingArn: `arn:aws:lambda:us-east-1:${world.server.account}:event-source-mapping:${uuid}`,
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 0,
    ParallelizationFactor: 1,
    StartingPosition: "LATEST",
    BisectBatchOnFunctionError: false,
    DestinationConfig: { OnFailure: {} },
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
    TumblingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    LastProcessingResult: "No records processed",
    State: "Disabled",
    StateTransitionReason: "User action",
  })
  const { $metadata: _, ...told } = await world.lambda.getEventSourceMapping({ UUID: uuid })
  assert.deepEqual(told, made)
})

test("a disabled mapping of a queue has the members of a queue's", async () => {
  const { $metadata: _, UUID: uuid, LastModified: __, ...rest } = await disabled(queue("q"))
  assert.deepEqual(rest, {
    EventSourceArn: queue("q"),
    FunctionArn: world.arn("reader"),
    EventSourceMappingArn: `arn:aws:lambda:us-east-1:${world.server.account}:event-source-mapping:${uuid}`,
    BatchSize: 10,
    MaximumBatchingWindowInSeconds: 0,
    FunctionResponseTypes: [],
    State: "Disabled",
    StateTransitionReason: "USER_INITIATED",
  })
})

test("nothing is mapped that is not there to be read", async () => {
  const create = (EventSourceArn: string, more: object = {}) =>
    world.lambda.createEventSourceMapping({ FunctionName: "reader", EventSourceArn, ...more })
  const gone = TABLE.replace(/[^/]+$/, "2025-02-22T03:03:25.490")
  for (const Enabled of [undefined, true, false])
    for (const arn of [stream("no"), gone])
      await invalidates(create(arn, { StartingPosition: "LATEST", Enabled }), `Stream not found: ${arn}`)
  assert.match(await world.server.explain(), /a source that this server does not have/)
  await invalidates(
    create(queue("no")),
    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.",
  )
  const { UUID: uuid } = await disabled(stream("later"), { StartingPosition: "LATEST" })
  await kinesis.deleteStream({ StreamName: "later" })
  await world.server.work.settle()
  await invalidates(
    world.lambda.updateEventSourceMapping({ UUID: uuid, Enabled: true }),
    `Stream not found: ${stream("later")}`,
  )
  assert.equal((await world.lambda.getEventSourceMapping({ UUID: uuid })).State, "Disabled")
})

test("a mapping is changed and deleted", async () => {
  const { UUID: uuid } = await disabled(stream("changed"), { StartingPosition: "TRIM_HORIZON" })
  const FilterCriteria = { Filters: [{ Pattern: '{"data":{"a":["b"]}}' }] }
  const { $metadata, ...changed } = await world.lambda.updateEventSourceMapping({
    UUID: uuid,
    FunctionName: "reader:1",
    BatchSize: 7,
    FilterCriteria,
  })
  assert.equal($metadata.httpStatusCode, 202)
  assert.equal(changed.FunctionArn, `${world.arn("reader")}:1`)
  assert.equal(changed.BatchSize, 7)
  assert.deepEqual(changed.FilterCriteria, FilterCriteria)
  const bare = await world.lambda.updateEventSourceMapping({ UUID: uuid, FilterCriteria: {} })
  assert.equal(bare.FilterCriteria, undefined)
  const deleted = await world.lambda.deleteEventSourceMapping({ UUID: uuid })
  assert.equal(deleted.State, "Deleting")
  for (const call of ["getEventSourceMapping", "deleteEventSourceMapping", "updateEventSourceMapping"] as const)
    await isMissing(world.lambda[call]({ UUID: uuid }), "The resource you requested does not exist.")
})

test("the function's ARN keeps the qualifier that was given", async () => {
  const { account } = world.server
  const cases = [
    ["reader", world.arn("reader")],
    ["reader:$LATEST", world.arn("reader")],
    [`${account}:function:reader`, world.arn("reader")],
    [`${account}:function:reader:$LATEST`, `${world.arn("reader")}:$LATEST`],
    [world.arn("reader"), world.arn("reader")],
    [`${world.arn("reader")}:$LATEST`, world.arn("reader")],
    [`${world.arn("reader")}:1`, `${world.arn("reader")}:1`],
  ] as const
  for (const [i, [FunctionName, told]] of cases.entries()) {
    const { FunctionArn } = await disabled(stream(`named-${i}`), { StartingPosition: "LATEST", FunctionName })
    assert.equal(FunctionArn, told, FunctionName)
  }
})

test("mappings are listed by function and by source, page by page", async () => {
  await world.create("listed")
  for (const name of ["a", "b", "c"])
    await disabled(stream(`list-${name}`), { StartingPosition: "LATEST", FunctionName: "listed" })
  const { lambda } = world
  const found = new Set<string>()
  let Marker: string | undefined
  do {
    const page = await lambda.listEventSourceMappings({ FunctionName: "listed", MaxItems: 2, Marker })
    for (const one of page.EventSourceMappings!) found.add(one.EventSourceArn!)
    Marker = page.NextMarker
  } while (Marker !== undefined)
  assert.deepEqual(found, new Set([stream("list-a"), stream("list-b"), stream("list-c")]))
  const one = await lambda.listEventSourceMappings({ EventSourceArn: stream("list-b") })
  assert.equal(one.EventSourceMappings!.length, 1)
  const none = await lambda.listEventSourceMappings({ EventSourceArn: stream("list-b"), FunctionName: "reader" })
  assert.deepEqual(none.EventSourceMappings, [])
})

test("what is no mapping is refused in AWS's words", async () => {
  const streamOf = (more: object) => disabled(stream("bad"), { StartingPosition: "LATEST", ...more })
  await invalidates(
    disabled(stream("bad")),
    "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
  )
  await invalidates(
    disabled(TABLE, { StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: new Date(0) }),
    `Unsupported starting position for arn type: ${TABLE}`,
  )
  await invalidates(
    streamOf({ StartingPosition: "AT_TIMESTAMP" }),
    "StartingPositionTimestamp is required when StartingPosition is AT_TIMESTAMP.",
  )
  await invalidates(streamOf({ MaximumRecordAgeInSeconds: 59 }), "MaximumRecordAgeInSeconds must be -1 or at least 60.")
  await invalidates(streamOf({ FilterCriteria: { Filters: [{ Pattern: "{" }] } }), "Invalid filter pattern definition.")
  await invalidates(
    disabled(queue("bad"), { BatchSize: 11 }),
    "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
  )
  await invalidates(
    disabled(queue("bad"), { DestinationConfig: { OnFailure: { Destination: queue("dead") } } }),
    "Unsupported DestinationConfig parameter for given event source mapping type.",
  )
  await invalidates(streamOf({ FunctionName: "nowhere" }), "Function does not exist")
  await invalidates(
    world.lambda.createEventSourceMapping({ FunctionName: "reader", EventSourceArn: "arn:aws:s3:::bucket" }),
    "Unrecognized event source.",
  )
  await invalidates(
    world.lambda.createEventSourceMapping({
      FunctionName: "reader",
      SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: ["kafka:1000"] } },
      Topics: ["topic"],
    }),
    "Required 'sourceAccessConfigurations' parameter is missing.",
  )
  const { UUID: uuid } = await streamOf({})
  const { UUID: other } = await streamOf({ FunctionName: "reader:1" })
  await refuses(
    streamOf({}),
    "ResourceConflictException",
    409,
    `The event source arn (" ${stream("bad")} ") and function (" reader ") provided mapping already exists. Please update or delete the existing mapping with UUID ${uuid}`,
  )
  await refuses(
    world.lambda.updateEventSourceMapping({ UUID: other, FunctionName: "reader" }),
    "ResourceConflictException",
    409,
    /provided mapping already exists/,
  )
})

test("who sees mappings can be held to those of one function", async () => {
  const UserName = "watcher"
  await world.create("watched")
  await world.iam.createUser({ UserName })
  await world.iam.putUserPolicy({
    UserName,
    PolicyName: "watch",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "lambda:GetEventSourceMapping",
        Resource: "*",
        Condition: { ArnEquals: { "lambda:FunctionArn": world.arn("watched") } },
      },
    }),
  })
  const { AccessKey } = await world.iam.createAccessKey({ UserName })
  const watcher = new Lambda(
    world.server.clientOf({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }),
  )
  const own = await disabled(stream("own"), { StartingPosition: "LATEST", FunctionName: "watched" })
  const other = await disabled(stream("other"), { StartingPosition: "LATEST" })
  assert.equal((await watcher.getEventSourceMapping({ UUID: own.UUID })).UUID, own.UUID)
  await refuses(
    watcher.getEventSourceMapping({ UUID: other.UUID }),
    "AccessDeniedException",
    403,
    /lambda:GetEventSourceMapping/,
  )
})

test("mappings have tags", async () => {
  const { lambda } = world
  const made = await disabled(stream("tagged"), { StartingPosition: "LATEST", Tags: { team: "blue" } })
  const Resource = made.EventSourceMappingArn!
  await lambda.tagResource({ Resource, Tags: { stage: "test" } })
  assert.deepEqual((await lambda.listTags({ Resource })).Tags, { team: "blue", stage: "test" })
  const nowhere = Resource.replace(made.UUID!, "00000000-0000-0000-0000-000000000000")
  await isMissing(lambda.listTags({ Resource: nowhere }), `Event source mapping not found: ${nowhere}`)
})
