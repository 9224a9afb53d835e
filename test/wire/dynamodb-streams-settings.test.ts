import assert from "node:assert/strict"
import { test } from "node:test"
import { eventually } from "../harness/eventually.ts"
import {
  bySequence,
  createStreamed,
  iteratorOf,
  openStreamsWorld,
  readAll,
  recordsOf,
  shardsOf,
  TableName,
} from "./dynamodb-streams-world.ts"
import { invalidates, refuses, TABLE } from "./dynamodb-world.ts"

const key = (pk: string) => ({ pk: { S: pk }, sk: { N: "1" } })
const LABEL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/
const IMAGES = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const
const OFF = { StreamEnabled: false }

test("a stream is enabled and disabled with its table", async (t) => {
  await using world = await openStreamsWorld()
  const { db, streams, server } = world
  const describe = async () => (await db.describeTable({ TableName })).Table!
  const change = (StreamSpecification: object) =>
    db.updateTable({ TableName, StreamSpecification: StreamSpecification as typeof IMAGES })
  const put = (pk: string) => db.putItem({ TableName, Item: key(pk) })
  const wrong = (text: string) => `One or more parameter values were invalid: ${text}`

  await t.test("what CreateTable refuses", async () => {
    const create = (StreamSpecification: object) =>
      db.createTable({ ...TABLE, StreamSpecification: StreamSpecification as typeof IMAGES })
    await invalidates(
      create({ StreamEnabled: true }),
      wrong("Table is being created with a stream enabled, UpdateViewType is required"),
    )
    await invalidates(
      create({ ...IMAGES, StreamEnabled: false }),
      wrong("Table is being created with a stream disabled, UpdateViewType should not be specified"),
    )
    await invalidates(create({ StreamEnabled: true, StreamViewType: "ALL" }), /StreamViewType|streamViewType/)
    assert.deepEqual((await db.listTables({})).TableNames, [])
    assert.deepEqual((await streams.listStreams({})).Streams, [])
  })

  await t.test("a table without one names none", async () => {
    await db.createTable({ ...TABLE, StreamSpecification: OFF })
    const { StreamSpecification, LatestStreamArn, LatestStreamLabel } = await describe()
    assert.deepEqual([StreamSpecification, LatestStreamArn, LatestStreamLabel], [undefined, undefined, undefined])
    await put("before")
  })

  let first = ""
  await t.test("what UpdateTable refuses of it", async () => {
    await invalidates(change(OFF), `Table has no stream to disable: TableName: ${TableName}`)
    await invalidates(
      change({ ...IMAGES, StreamEnabled: false }),
      wrong("If stream is being disabled, then UpdateViewType must not be specified"),
    )
    await invalidates(
      change({ StreamEnabled: true }),
      wrong("If stream is being enabled then UpdateViewType is required"),
    )
    await invalidates(
      db.updateTable({
        TableName,
        StreamSpecification: IMAGES,
        BillingMode: "PROVISIONED",
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      }),
      wrong("You cannot modify stream status while updating table IOPS"),
    )
  })

  await t.test("UpdateTable enables it: what is written from then on is in it", async () => {
    const { TableDescription } = await change(IMAGES)
    assert.equal(TableDescription!.TableStatus, "UPDATING")
    const { StreamSpecification, LatestStreamArn, LatestStreamLabel } = await describe()
    assert.deepEqual(StreamSpecification, IMAGES)
    assert.match(LatestStreamLabel!, LABEL)
    first = `arn:aws:dynamodb:us-east-1:${server.account}:table/${TableName}/stream/${LatestStreamLabel}`
    assert.equal(LatestStreamArn, first)
    assert.equal(TableDescription!.LatestStreamArn, first)
    await put("first")
    assert.deepEqual(
      (await readAll(streams, first)).map(({ dynamodb }) => dynamodb!.Keys!.pk!.S),
      ["first"],
    )
  })

  await t.test("an enabled stream is neither enabled nor changed", async () => {
    const already = `Table already has an enabled stream: TableName: ${TableName}`
    await invalidates(change(IMAGES), already)
    await invalidates(change({ StreamEnabled: true, StreamViewType: "KEYS_ONLY" }), already)
    assert.deepEqual((await describe()).StreamSpecification, IMAGES)
  })

  await t.test("a disabled one is read to its end, and takes nothing", async () => {
    const shard = (await shardsOf(streams, first))[0]!
    const latest = await iteratorOf(streams, first, shard.ShardId!, "LATEST")
    await change(OFF)
    const { StreamSpecification, LatestStreamArn } = await describe()
    assert.deepEqual([StreamSpecification, LatestStreamArn], [undefined, first])
    await put("between")
    const { StreamDescription } = await streams.describeStream({ StreamArn: first })
    assert.match(StreamDescription!.StreamStatus!, /^DISABL(ED|ING)$/)
    for (const { SequenceNumberRange } of StreamDescription!.Shards!)
      assert.ok(SequenceNumberRange!.EndingSequenceNumber! >= SequenceNumberRange!.StartingSequenceNumber!)
    assert.equal((await readAll(streams, first)).length, 1)
    const end = await streams.getRecords({ ShardIterator: latest })
    assert.deepEqual([end.Records, end.NextShardIterator], [[], undefined])
  })

  let second = ""
  await t.test("enabled anew it is another stream, of another label", async () => {
    await change({ StreamEnabled: true, StreamViewType: "KEYS_ONLY" })
    second = (await describe()).LatestStreamArn!
    assert.ok(second > first)
    await put("second")
    assert.equal((await readAll(streams, second)).length, 1)
    assert.equal((await readAll(streams, first)).length, 1)
    const { Streams } = await streams.listStreams({ TableName })
    assert.deepEqual(
      Streams!.map(({ StreamArn }) => StreamArn),
      [first, second],
    )
  })

  await t.test("it outlives its table, and is not that of the next one of the name", async () => {
    await db.deleteTable({ TableName })
    const { StreamDescription } = await streams.describeStream({ StreamArn: second })
    assert.match(StreamDescription!.StreamStatus!, /^DISABL(ED|ING)$/)
    assert.deepEqual(
      (await readAll(streams, second)).map(({ eventName }) => eventName),
      ["INSERT"],
      "the deletion of a table removes no item",
    )
    const third = await createStreamed(db)
    assert.ok(third > second)
    await put("second")
    assert.equal((await readAll(streams, third)).length, 1)
    assert.equal((await streams.listStreams({})).Streams!.length, 3)
  })
})

test("streams are listed by pages, of one table or of all", async () => {
  await using world = await openStreamsWorld()
  const { db, streams } = world
  const arns: string[] = []
  for (const name of ["Aa", "Ab", "Ac"].map((end) => `T${end}`))
    arns.push(await createStreamed(db, "KEYS_ONLY", { TableName: name }))
  const first = await streams.listStreams({ Limit: 2 })
  assert.deepEqual(
    first.Streams!.map(({ StreamArn }) => StreamArn),
    arns.slice(0, 2),
  )
  assert.equal(first.LastEvaluatedStreamArn, arns[1])
  const rest = await streams.listStreams({ Limit: 2, ExclusiveStartStreamArn: arns[1]! })
  assert.deepEqual(
    [rest.Streams!.map(({ StreamArn }) => StreamArn), rest.LastEvaluatedStreamArn],
    [[arns[2]], undefined],
  )
  const one = await streams.listStreams({ TableName: "TAb" })
  assert.deepEqual(one.Streams, [{ StreamArn: arns[1], TableName: "TAb", StreamLabel: arns[1]!.split("/").at(-1) }])
  assert.deepEqual((await streams.listStreams({ TableName: "Nothing" })).Streams, [])
  await invalidates(streams.listStreams({ ExclusiveStartStreamArn: `${"x".repeat(40)}` }), /^Invalid StreamArn: x+$/)
  await invalidates(
    streams.listStreams({ Limit: 101 }),
    /'limit' failed to satisfy constraint: .* less than or equal to 100$/,
  )
})

test("shards are described by pages, and by their parents", async () => {
  await using world = await openStreamsWorld(["--clock-control"])
  const { db, streams, server } = world
  const StreamArn = await createStreamed(db)
  const { StreamDescription } = await streams.describeStream({ StreamArn })
  const { Shards, CreationRequestDateTime, ...rest } = StreamDescription!
  assert.deepEqual(rest, {
    StreamArn,
    StreamLabel: StreamArn.split("/").at(-1),
    StreamStatus: rest.StreamStatus,
    StreamViewType: "NEW_AND_OLD_IMAGES",
    TableName,
    KeySchema: TABLE.KeySchema,
  })
  assert.match(rest.StreamStatus!, /^ENABL(ED|ING)$/)
  assert.equal(`${CreationRequestDateTime!.toISOString()}`.slice(0, 19), rest.StreamLabel!.slice(0, 19))
  assert.equal(Shards!.length, 4)
  for (const { ShardId, ParentShardId, SequenceNumberRange } of Shards!) {
    assert.match(ShardId!, /^shardId-\d{20}-[0-9a-f]{8}$/)
    assert.equal(ParentShardId, undefined)
    assert.match(SequenceNumberRange!.StartingSequenceNumber!, /^\d{21,40}$/)
    assert.equal(SequenceNumberRange!.EndingSequenceNumber, undefined)
  }
  const page = (await streams.describeStream({ StreamArn, Limit: 3 })).StreamDescription!
  assert.deepEqual([page.Shards, page.LastEvaluatedShardId], [Shards!.slice(0, 3), Shards![2]!.ShardId])
  const next = await streams.describeStream({ StreamArn, Limit: 3, ExclusiveStartShardId: page.LastEvaluatedShardId! })
  assert.deepEqual(next.StreamDescription!.Shards, Shards!.slice(3))
  assert.equal(next.StreamDescription!.LastEvaluatedShardId, undefined)

  await server.clock.advance({ hours: 5 })
  await server.work.settle()
  const parent = Shards![0]!.ShardId!
  const ShardFilter = { Type: "CHILD_SHARDS" as const, ShardId: parent }
  const children = (await streams.describeStream({ StreamArn, ShardFilter })).StreamDescription!.Shards!
  assert.deepEqual(
    children.map(({ ParentShardId }) => ParentShardId),
    [parent],
  )
  const none = await streams.describeStream({
    StreamArn,
    ShardFilter: { ...ShardFilter, ShardId: children[0]!.ShardId! },
  })
  assert.deepEqual(none.StreamDescription!.Shards, [])
  await invalidates(streams.describeStream({ StreamArn, ShardFilter: { Type: "CHILD_SHARDS" } }), /^ShardFilter must/)
  await invalidates(streams.describeStream({ StreamArn, Limit: 101 }), /less than or equal to 100$/)
})

test("shards are followed by others every few hours, and what is a day old is gone", async (t) => {
  await using world = await openStreamsWorld(["--clock-control"])
  const { db, streams, server } = world
  const units = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
  const arn = await createStreamed(db, "NEW_IMAGE", { BillingMode: "PROVISIONED", ProvisionedThroughput: units })
  const write = (n: number) => db.putItem({ TableName, Item: { ...key("a"), n: { N: String(n) } } })
  const numbers = async () =>
    bySequence(await readAll(streams, arn)).map(({ dynamodb }) => Number(dynamodb!.NewImage!.n!.N))
  const pass = async (time: { hours: number; minutes?: number }) => {
    await server.clock.advance(time)
    await server.work.settle()
  }
  const gone = "The data you are trying to access has been trimmed"

  await write(1)
  const [oldest] = await shardsOf(streams, arn)
  const [record] = await recordsOf(streams, arn, oldest!.ShardId!)
  const number = record!.dynamodb!.SequenceNumber!

  await t.test("a closed shard ends, and names its end", async () => {
    await pass({ hours: 4, minutes: 10 })
    await write(2)
    const [closed, open, ...others] = await shardsOf(streams, arn)
    assert.deepEqual(others, [])
    assert.equal(open!.ParentShardId, closed!.ShardId)
    assert.ok(closed!.SequenceNumberRange!.EndingSequenceNumber! > number)
    assert.equal(open!.SequenceNumberRange!.EndingSequenceNumber, undefined)
    assert.ok(open!.SequenceNumberRange!.StartingSequenceNumber! > number)
    const page = await streams.getRecords({ ShardIterator: await iteratorOf(streams, arn, closed!.ShardId!) })
    assert.deepEqual([page.Records!.length, page.NextShardIterator], [1, undefined])
    assert.equal((await recordsOf(streams, arn, open!.ShardId!)).length, 1)
    assert.deepEqual(await numbers(), [1, 2])
  })

  await t.test("an iterator is good for a quarter of an hour", async () => {
    const [, open] = await shardsOf(streams, arn)
    const ShardIterator = await iteratorOf(streams, arn, open!.ShardId!)
    await pass({ hours: 0, minutes: 14 })
    const { NextShardIterator } = await streams.getRecords({ ShardIterator })
    await pass({ hours: 0, minutes: 2 })
    await refuses(
      streams.getRecords({ ShardIterator }),
      "ExpiredIteratorException",
      "The provided iterator exceeds the maximum age allowed.",
    )
    const explained = await server.explain()
    assert.match(explained, /The shard iterator is too old/)
    assert.match(explained, /one of the last 15 minutes/)
    assert.match(explained, /Read on with the NextShardIterator/)
    assert.deepEqual((await streams.getRecords({ ShardIterator: NextShardIterator! })).Records, [])
  })

  await t.test("what is older than a day is neither shown nor found", async () => {
    for (const n of [3, 4, 5, 6]) {
      await pass({ hours: 4, minutes: 10 })
      await write(n)
    }
    assert.deepEqual(await numbers(), [1, 2, 3, 4, 5, 6])
    const at = await iteratorOf(streams, arn, oldest!.ShardId!, "AT_SEQUENCE_NUMBER", number)
    await server.clock.advance({ hours: 3, minutes: 8 })
    // Nothing was removed yet: what is too old is not shown.
    assert.deepEqual(await numbers(), [2, 3, 4, 5, 6])
    await refuses(
      iteratorOf(streams, arn, oldest!.ShardId!, "AFTER_SEQUENCE_NUMBER", number),
      "TrimmedDataAccessException",
      gone,
    )
    await assert.rejects(streams.getRecords({ ShardIterator: at }), { name: "ExpiredIteratorException" })
    await pass({ hours: 4 })
    await refuses(
      iteratorOf(streams, arn, oldest!.ShardId!),
      "ResourceNotFoundException",
      "Requested resource not found: Shard does not exist",
    )
    const left = await shardsOf(streams, arn)
    assert.equal(left[0]!.ParentShardId, oldest!.ShardId, "the parent is named though it is gone")
    assert.deepEqual(await numbers(), [3, 4, 5, 6])
  })

  await t.test("an iterator that the day overtakes", async () => {
    const [old] = bySequence(await readAll(streams, arn))
    const [first] = await Array.fromAsync(await shardsOf(streams, arn), async (shard) => {
      return { ...shard, records: await recordsOf(streams, arn, shard.ShardId!) }
    }).then((shards) => shards.filter(({ records }) => records.length > 0))
    const { SequenceNumber, ApproximateCreationDateTime } = old!.dynamodb!
    const left = ApproximateCreationDateTime!.getTime() + 24 * 3_600_000 - (await server.clock.now()).getTime()
    await server.clock.advance({ seconds: Math.floor(left / 1000) - 60 })
    const ShardIterator = await iteratorOf(streams, arn, first!.ShardId!, "AT_SEQUENCE_NUMBER", SequenceNumber!)
    await server.clock.advance({ minutes: 2 })
    await refuses(streams.getRecords({ ShardIterator }), "TrimmedDataAccessException", gone)
  })

  await t.test("a stream that was disabled is gone a day later", async () => {
    await db.updateTable({ TableName, StreamSpecification: { StreamEnabled: false } })
    await pass({ hours: 23 })
    assert.deepEqual(await numbers(), [6].slice(0, (await numbers()).length))
    await streams.describeStream({ StreamArn: arn })
    await pass({ hours: 3 })
    await refuses(
      streams.describeStream({ StreamArn: arn }),
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${arn} not found`,
    )
    assert.deepEqual((await streams.listStreams({})).Streams, [])
  })
})

test("what the time to live removes is told, and by whom", async () => {
  await using world = await openStreamsWorld(["--clock-control"])
  const { db, streams, server } = world
  const arn = await createStreamed(db)
  await db.updateTimeToLive({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "until" } })
  await server.work.settle()
  const until = Math.floor((await server.clock.now()).getTime() / 1000) + 60
  const item = { ...key("a"), until: { N: String(until) } }
  await db.putItem({ TableName, Item: item })
  await server.clock.advance({ minutes: 2 })
  await eventually(async () => {
    await server.work.settle()
    return (await readAll(streams, arn)).length > 1
  })
  const [inserted, removed, ...others] = bySequence(await readAll(streams, arn))
  assert.deepEqual(others, [])
  assert.equal(inserted!.userIdentity, undefined)
  assert.deepEqual(removed!.userIdentity, { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" })
  assert.deepEqual([removed!.eventName, removed!.dynamodb!.OldImage], ["REMOVE", item])
})
