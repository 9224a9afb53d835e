import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { Kinesis, ListShardsCommandInput, Shard } from "@aws-sdk/client-kinesis"
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

const HOUR = 60 * 60 * 1000
const HIGHEST = 2n ** 128n - 1n
const HALF = 2n ** 127n

const shardsOf = async (StreamName: string, more: Partial<ListShardsCommandInput> = {}): Promise<Shard[]> =>
  (await kinesis.listShards({ StreamName, ...more })).Shards!
const numbersOf = (shards: readonly Shard[]) => shards.map(({ ShardId }) => Number(ShardId!.slice(-12)))
const isOpen = ({ SequenceNumberRange }: Shard) => SequenceNumberRange!.EndingSequenceNumber === undefined
const now = () => server.clock.now()

/** That the open shards cover the whole of the hash space once. */
function assertCovered(shards: readonly Shard[]): void {
  const ranges = shards
    .filter(isOpen)
    .map(({ HashKeyRange }) => [BigInt(HashKeyRange!.StartingHashKey!), BigInt(HashKeyRange!.EndingHashKey!)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  let next = 0n
  for (const [first, last] of ranges) {
    assert.equal(first, next)
    next = last + 1n
  }
  assert.equal(next, HIGHEST + 1n)
}

const split = (StreamName: string, number: number, at: bigint) =>
  kinesis.splitShard({ StreamName, ShardToSplit: shardId(number), NewStartingHashKey: at.toString() })
const merge = (StreamName: string, one: number, other: number) =>
  kinesis.mergeShards({ StreamName, ShardToMerge: shardId(one), AdjacentShardToMerge: shardId(other) })

describe("a shard", () => {
  it("is split: its records stay, what comes goes to its children", async () => {
    const StreamName = "split"
    await kinesis.createStream({ StreamName, ShardCount: 1 })
    const { SequenceNumber } = await kinesis.putRecord({ StreamName, ...record("before") })
    const waiting = await iteratorOf(kinesis, StreamName, { ShardIteratorType: "LATEST" })
    await split(StreamName, 0, HALF)
    const shards = await shardsOf(StreamName)
    assert.deepEqual(
      shards.map(({ ShardId, ParentShardId, AdjacentParentShardId, HashKeyRange }) => [
        ShardId,
        ParentShardId,
        AdjacentParentShardId,
        HashKeyRange!.StartingHashKey,
        HashKeyRange!.EndingHashKey,
      ]),
      [
        [shardId(0), undefined, undefined, "0", HIGHEST.toString()],
        [shardId(1), shardId(0), undefined, "0", (HALF - 1n).toString()],
        [shardId(2), shardId(0), undefined, HALF.toString(), HIGHEST.toString()],
      ],
    )
    assert.deepEqual(shards.map(isOpen), [false, true, true])
    const [parent, child] = shards
    assert.ok(BigInt(parent!.SequenceNumberRange!.EndingSequenceNumber!) > BigInt(SequenceNumber!))
    assertCovered(shards)
    const put = (text: string, key: bigint) =>
      kinesis.putRecord({ StreamName, ExplicitHashKey: key.toString(), ...record(text) })
    const low = await put("low", HALF - 1n)
    const high = await put("high", HALF)
    assert.deepEqual([low.ShardId, high.ShardId], [shardId(1), shardId(2)])
    assert.ok(BigInt(low.SequenceNumber!) > BigInt(child!.SequenceNumberRange!.StartingSequenceNumber!))
    // Ordering goes on across the split.
    const ordered = await kinesis.putRecord({
      StreamName,
      SequenceNumberForOrdering: SequenceNumber!,
      ExplicitHashKey: "0",
      ...record("after"),
    })
    assert.ok(BigInt(ordered.SequenceNumber!) > BigInt(SequenceNumber!))

    const page = await kinesis.getRecords({ ShardIterator: await iteratorOf(kinesis, StreamName) })
    assert.deepEqual([texts(page.Records), page.NextShardIterator], [["before"], undefined])
    assert.deepEqual(page.ChildShards, [
      {
        ShardId: shardId(1),
        ParentShards: [shardId(0)],
        HashKeyRange: { StartingHashKey: "0", EndingHashKey: (HALF - 1n).toString() },
      },
      {
        ShardId: shardId(2),
        ParentShards: [shardId(0)],
        HashKeyRange: { StartingHashKey: HALF.toString(), EndingHashKey: HIGHEST.toString() },
      },
    ])
    const end = await kinesis.getRecords({ ShardIterator: waiting })
    assert.deepEqual([end.Records, end.NextShardIterator, end.ChildShards!.length], [[], undefined, 2])
    assert.deepEqual(await textsOf(kinesis, StreamName, { ShardId: shardId(1) }), ["low", "after"])
    assert.deepEqual(await textsOf(kinesis, StreamName, { ShardId: shardId(2) }), ["high"])
  })

  it("is merged with its neighbour", async () => {
    const StreamName = "merged"
    await kinesis.createStream({ StreamName, ShardCount: 3 })
    for (const asked of [merge(StreamName, 0, 2), merge(StreamName, 1, 1)])
      await assert.rejects(
        asked,
        invalid(
          /^Shards .+ in stream merged under account 123456789012 are not an adjacent pair of shards eligible for merging$/,
        ),
      )
    await merge(StreamName, 1, 0)
    const shards = await shardsOf(StreamName)
    const made = shards.at(-1)!
    assert.deepEqual(
      [made.ShardId, made.ParentShardId, made.AdjacentParentShardId, made.HashKeyRange!.StartingHashKey],
      [shardId(3), shardId(1), shardId(0), "0"],
    )
    assert.deepEqual(shards.map(isOpen), [false, false, true, true])
    assertCovered(shards)
    for (const number of [0, 1]) {
      const ShardIterator = await iteratorOf(kinesis, StreamName, { ShardId: shardId(number) })
      const { ChildShards } = await kinesis.getRecords({ ShardIterator })
      assert.deepEqual(
        ChildShards!.map(({ ShardId, ParentShards }) => [ShardId, ParentShards]),
        [[shardId(3), [shardId(1), shardId(0)]]],
      )
    }
  })

  it("is not split or merged where that cannot be", async () => {
    const StreamName = "whole"
    await kinesis.createStream({ StreamName, ShardCount: 2 })
    const missing = (number: string) =>
      refused(
        "ResourceNotFoundException",
        `Could not find shard ${number} in stream ${StreamName} under account ${ACCOUNT}.`,
      )
    await assert.rejects(split(StreamName, 7, 10n), missing(shardId(7)))
    await assert.rejects(merge(StreamName, 0, 7), missing(shardId(7)))
    for (const at of [0n, 1n, HALF - 1n, HALF, HIGHEST, HIGHEST + 1n])
      await assert.rejects(
        split(StreamName, 0, at),
        invalid(
          `NewStartingHashKey ${at} used in SplitShard() on shard ${shardId(0)} in stream ${StreamName} under account ${ACCOUNT} is not both greater than one plus the shard's StartingHashKey 0 and less than the shard's EndingHashKey ${HALF - 1n}.`,
        ),
      )
    await split(StreamName, 0, 2n)
    await assert.rejects(split(StreamName, 0, 10n), missing(shardId(0)))
    await assert.rejects(merge(StreamName, 0, 1), missing(shardId(0)))
    assertCovered(await shardsOf(StreamName))
  })

  it("takes nothing more once it is closed, whoever writes at that moment", async () => {
    const StreamName = "busy"
    await kinesis.createStream({ StreamName, ShardCount: 1, Tags: { "hallpass:throughput": "unlimited" } })
    const written: Promise<unknown>[] = []
    for (let call = 0; call < 60; call++) {
      written.push(kinesis.putRecord({ StreamName, ...record(`${call}`) }))
      written.push(kinesis.putRecords({ StreamName, Records: [record(`${call}a`), record(`${call}b`)] }))
      if (call === 20) written.push(split(StreamName, 0, HALF))
    }
    await Promise.all(written)
    const shards = await shardsOf(StreamName)
    assertCovered(shards)
    const all = await Promise.all(shards.map(({ ShardId }) => textsOf(kinesis, StreamName, { ShardId: ShardId! })))
    assert.equal(all.flat().length, 180)
    assert.equal(new Set(all.flat()).size, 180)
    for (const [index, shard] of shards.entries()) {
      const { Records } = await kinesis.getRecords({
        ShardIterator: await iteratorOf(kinesis, StreamName, { ShardId: shard.ShardId! }),
      })
      assert.equal(Records!.length, all[index]!.length)
      const end = shard.SequenceNumberRange!.EndingSequenceNumber
      for (const { SequenceNumber } of Records!) assert.ok(!end || BigInt(SequenceNumber!) < BigInt(end))
    }
  })
})

describe("the number of shards", () => {
  it("is changed to one of equal parts, on the way of splits and mergers", async () => {
    const StreamName = "scaled"
    await kinesis.createStream({ StreamName, ShardCount: 2 })
    let current = 2
    for (const target of [3, 5, 10, 7, 4, 4, 2, 1]) {
      const told = await kinesis.updateShardCount({
        StreamName,
        TargetShardCount: target,
        ScalingType: "UNIFORM_SCALING",
      })
      assert.deepEqual(
        [told.StreamName, told.StreamARN, told.CurrentShardCount, told.TargetShardCount],
        [StreamName, arnOf(StreamName), current, target],
      )
      await server.work.settle()
      const shards = await shardsOf(StreamName)
      assertCovered(shards)
      const open = shards.filter(isOpen)
      assert.equal(open.length, target)
      const sizes = open.map(({ HashKeyRange }) =>
        Number((BigInt(HashKeyRange!.EndingHashKey!) - BigInt(HashKeyRange!.StartingHashKey!)) / 2n ** 64n),
      )
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `${sizes}`)
      for (const { ShardId, ParentShardId, AdjacentParentShardId } of shards.slice(2))
        assert.ok(ParentShardId! < ShardId! && (AdjacentParentShardId ?? "") < ShardId!)
      current = target
    }
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName })
    assert.deepEqual([StreamDescriptionSummary!.OpenShardCount, StreamDescriptionSummary!.StreamStatus], [1, "ACTIVE"])
  })

  it("is changed by half and by double at most, ten times a day", async () => {
    const StreamName = "bounded"
    await kinesis.createStream({ StreamName, ShardCount: 4 })
    const to = (TargetShardCount: number) =>
      kinesis.updateShardCount({ StreamName, TargetShardCount, ScalingType: "UNIFORM_SCALING" })
    for (const target of [1, 9, 10_001]) await assert.rejects(to(target), refused("LimitExceededException"))
    for (let change = 0; change < 10; change++) {
      await to(4 + (change % 2))
      await server.work.settle()
    }
    await assert.rejects(to(4), refused("LimitExceededException", /scaled 10 times/))
    await advance(server, kinesis, 24 * HOUR)
    await to(4)
    await kinesis.createStream({ StreamName: "most", ShardCount: 300 })
    await assert.rejects(
      kinesis.updateShardCount({ StreamName: "most", TargetShardCount: 600, ScalingType: "UNIFORM_SCALING" }),
      refused("LimitExceededException", /^This request would exceed the shard limit for the account/),
    )
    await kinesis.deleteStream({ StreamName: "most" })
  })
})

describe("lists of shards", () => {
  const StreamName = "listed"
  const times: Date[] = []

  before(async () => {
    await kinesis.createStream({ StreamName, ShardCount: 2 })
    const step = async (act: () => Promise<unknown>) => {
      await advance(server, kinesis, HOUR)
      times.push(await now())
      await advance(server, kinesis, HOUR)
      await act()
    }
    // 0 and 1; then 0 is 2 and 3; then 3 and 1 are 4.
    await step(() => split(StreamName, 0, 2n ** 126n))
    await step(() => merge(StreamName, 3, 1))
    await step(async () => {})
  })

  const filtered = async (Type: string, more: object = {}) =>
    numbersOf(await shardsOf(StreamName, { ShardFilter: { Type: Type as never, ...more } }))

  it("hold what the filter asks for", async () => {
    assert.deepEqual(numbersOf(await shardsOf(StreamName)), [0, 1, 2, 3, 4])
    assert.deepEqual(await filtered("FROM_TRIM_HORIZON"), [0, 1, 2, 3, 4])
    assert.deepEqual(await filtered("AT_TRIM_HORIZON"), [0, 1])
    assert.deepEqual(await filtered("AT_LATEST"), [2, 4])
    assert.deepEqual(await filtered("AFTER_SHARD_ID", { ShardId: shardId(2) }), [3, 4])
    assert.deepEqual(await filtered("AT_TIMESTAMP", { Timestamp: times[0] }), [0, 1])
    assert.deepEqual(await filtered("AT_TIMESTAMP", { Timestamp: times[1] }), [1, 2, 3])
    assert.deepEqual(await filtered("AT_TIMESTAMP", { Timestamp: times[2] }), [2, 4])
    assert.deepEqual(await filtered("FROM_TIMESTAMP", { Timestamp: times[1] }), [1, 2, 3, 4])
    assert.deepEqual(await filtered("FROM_TIMESTAMP", { Timestamp: times[2] }), [2, 4])
    assert.deepEqual(await filtered("FROM_TIMESTAMP", { Timestamp: new Date(1) }), [0, 1, 2, 3, 4])
    for (const [Type, more] of [
      ["AT_TIMESTAMP", {}],
      ["AT_LATEST", { Timestamp: times[0] }],
      ["AFTER_SHARD_ID", {}],
      ["AT_LATEST", { ShardId: shardId(0) }],
    ] as const)
      await assert.rejects(filtered(Type, more), invalid(new RegExp(Type)))
    await assert.rejects(filtered("AFTER_SHARD_ID", { ShardId: "none" }), invalid())
  })

  it("come in pages, whose tokens are good for five minutes", async () => {
    const first = await kinesis.listShards({ StreamName, MaxResults: 2, ExclusiveStartShardId: shardId(0) })
    assert.deepEqual(numbersOf(first.Shards!), [1, 2])
    const NextToken = first.NextToken!
    const second = await kinesis.listShards({ NextToken, MaxResults: 1 })
    assert.deepEqual(numbersOf(second.Shards!), [3])
    const last = await kinesis.listShards({ NextToken: second.NextToken! })
    assert.deepEqual([numbersOf(last.Shards!), last.NextToken], [[4], undefined])
    const open = await kinesis.listShards({ StreamName, MaxResults: 1, ShardFilter: { Type: "AT_LATEST" } })
    const rest = await kinesis.listShards({ NextToken: open.NextToken! })
    assert.deepEqual([numbersOf(open.Shards!), numbersOf(rest.Shards!)], [[2], [4]])
    await assert.rejects(
      kinesis.listShards({ StreamName, NextToken }),
      invalid("NextToken and StreamName cannot be provided together."),
    )
    await assert.rejects(kinesis.listShards({}), invalid("Either NextToken or StreamName should be provided."))
    for (const token of ["none", `${arnOf(StreamName)} none`, NextToken.slice(0, -4)])
      await assert.rejects(kinesis.listShards({ NextToken: token }), invalid("Invalid NextToken."))
    await advance(server, kinesis, 5 * 60_000 + 1_000)
    await assert.rejects(kinesis.listShards({ NextToken }), refused("ExpiredNextTokenException"))
  })

  it("are of the stream that was made at that time", async () => {
    const { StreamDescriptionSummary } = await kinesis.describeStreamSummary({ StreamName })
    const { StreamCreationTimestamp } = StreamDescriptionSummary!
    assert.equal((await shardsOf(StreamName, { StreamCreationTimestamp: StreamCreationTimestamp! })).length, 5)
    await assert.rejects(
      shardsOf(StreamName, { StreamCreationTimestamp: new Date(1) }),
      refused("ResourceNotFoundException"),
    )
  })

  it("are told by DescribeStream, a hundred at a time", async () => {
    const { StreamDescription } = await kinesis.describeStream({ StreamName, Limit: 2 })
    assert.deepEqual([numbersOf(StreamDescription!.Shards!), StreamDescription!.HasMoreShards], [[0, 1], true])
    const rest = await kinesis.describeStream({ StreamName, ExclusiveStartShardId: shardId(1) })
    assert.deepEqual(
      [numbersOf(rest.StreamDescription!.Shards!), rest.StreamDescription!.HasMoreShards],
      [[2, 3, 4], false],
    )
    await kinesis.createStream({ StreamName: "broad", ShardCount: 101 })
    const { StreamDescription: broad } = await kinesis.describeStream({ StreamName: "broad", Limit: 10_000 })
    assert.deepEqual([broad!.Shards!.length, broad!.HasMoreShards], [100, true])
    await kinesis.deleteStream({ StreamName: "broad" })
  })

  it("show no shard that all records of have gone", async () => {
    await advance(server, kinesis, 21 * HOUR)
    assert.deepEqual(numbersOf(await shardsOf(StreamName)), [1, 2, 3, 4])
    await server.work.settle()
    await advance(server, kinesis, 2 * HOUR)
    assert.deepEqual(numbersOf(await shardsOf(StreamName)), [2, 4])
    await server.work.settle()
    await assert.rejects(
      iteratorOf(kinesis, StreamName, { ShardId: shardId(3) }),
      refused("ResourceNotFoundException", /does not exist$/),
    )
  })
})
