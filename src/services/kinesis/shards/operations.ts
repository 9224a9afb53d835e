import { MergeShardsCommand, SplitShardCommand, UpdateShardCountCommand } from "@aws-sdk/client-kinesis"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Writing } from "../../../store/store.ts"
import { onOwnStream, ownStreamOf } from "../access.ts"
import { type StreamName, streamArn } from "../arns.ts"
import { invalidArgument, limitExceeded, shardNotFound } from "../errors.ts"
import { DAY_MILLISECONDS } from "../limits.ts"
import { beginChange, CHANGE_STREAM } from "../streams/change-work.ts"
import { assertRoom } from "../streams/create.ts"
import { type Change, readActive, type StreamRecord } from "../streams/record.ts"
import { after, decimalOfHashKey, parseHashKey } from "./hash-keys.ts"
import { formatShardId, parseShardId, readShard, type Shard } from "./record.ts"

/** What a resharding is to be, and what of the stream is remembered of it. */
interface Plan {
  change: Change
  /** How many open shards more there are for it at most: the account's limit counts them. */
  more: number
  record?: StreamRecord
}

async function reshard(
  context: CallContext,
  name: StreamName,
  plan: (tx: Writing, record: StreamRecord) => Plan | Promise<Plan>,
): Promise<StreamRecord> {
  const { store, work } = context
  const before = await store.transact(async (tx) => {
    const record = await readActive(tx, name)
    const { change, more, record: changed = record } = await plan(tx, record)
    if (!context.unlimitedStreams && more > 0) await assertRoom(tx, name, { shards: more, onDemand: 0 })
    await beginChange(tx, work, changed, change)
    return record
  })
  await work.firstPiece(CHANGE_STREAM, before.id)
  return before
}

async function readOpen(tx: Writing, record: StreamRecord, shardId: string): Promise<Shard> {
  const number = parseShardId(shardId)
  const id = number === undefined ? shardId : formatShardId(number)
  const shard = number === undefined ? undefined : await readShard(tx, record.id, number)
  if (!shard) throw shardNotFound(record, id)
  // UNVERIFIED: the code; kinesalite's has the text of a shard that is not there.
  if (shard.closed) throw shardNotFound(record, id)
  return shard
}

export const SplitShard = operation(SplitShardCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const name = ownStreamOf(input, context)
    const { ShardToSplit, NewStartingHashKey } = input
    await reshard(context, name, async (tx, record) => {
      const shard = await readOpen(tx, record, ShardToSplit)
      const at = parseHashKey(NewStartingHashKey)
      if (at === undefined || at <= after(shard.first) || at >= shard.last)
        throw invalidArgument(
          `NewStartingHashKey ${NewStartingHashKey} used in SplitShard() on shard ${formatShardId(shard.number)} in stream ${name.name} under account ${name.account} is not both greater than one plus the shard's StartingHashKey ${decimalOfHashKey(shard.first)} and less than the shard's EndingHashKey ${decimalOfHashKey(shard.last)}.`,
        )
      return { change: { is: "split", shard: shard.number, at }, more: 1 }
    })
    return {}
  },
})

export const MergeShards = operation(MergeShardsCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const name = ownStreamOf(input, context)
    await reshard(context, name, async (tx, record) => {
      const one = await readOpen(tx, record, input.ShardToMerge)
      const other = await readOpen(tx, record, input.AdjacentShardToMerge)
      if (!areNeighbours(one, other) && !areNeighbours(other, one))
        throw invalidArgument(
          `Shards ${formatShardId(one.number)} and ${formatShardId(other.number)} in stream ${name.name} under account ${name.account} are not an adjacent pair of shards eligible for merging`,
        )
      return { change: { is: "merge", shards: [one.number, other.number] }, more: 0 }
    })
    return {}
  },
})

const areNeighbours = (lower: Shard, upper: Shard): boolean =>
  lower.last < upper.first && after(lower.last) === upper.first

/** API Reference, UpdateShardCount. */
const CHANGES_A_DAY = 10
const SHARDS_AT_MOST = 10_000

export const UpdateShardCount = operation(UpdateShardCountCommand, {
  // Service Authorization Reference: an action without resource types.
  access: () => ({ resource: "*" }),
  async handle(input, context) {
    const name = ownStreamOf(input, context)
    const { TargetShardCount: target } = input
    const { openShards } = await reshard(context, name, (_, record) => {
      const countChanges = record.countChanges.filter((at) => at > context.clock.now() - DAY_MILLISECONDS)
      assertTarget(record, target, context.unlimitedStreams ? 0 : countChanges.length)
      return {
        change: { is: "count", shards: target },
        more: Math.max(target - record.openShards, 0),
        record: { ...record, countChanges: [...countChanges.slice(1 - CHANGES_A_DAY), context.clock.now()] },
      }
    })
    return {
      StreamName: name.name,
      StreamARN: streamArn(name),
      CurrentShardCount: openShards,
      TargetShardCount: target,
    }
  },
})

/** UNVERIFIED: the texts, and the code of the first. */
function assertTarget({ name, account, mode, openShards }: StreamRecord, target: number, changes: number): void {
  if (mode === "ON_DEMAND")
    throw invalidArgument(
      `UpdateShardCount cannot be used on stream ${name} under account ${account}, whose capacity mode is ON_DEMAND.`,
    )
  if (changes >= CHANGES_A_DAY)
    throw limitExceeded(
      `Stream ${name} under account ${account} has been scaled ${CHANGES_A_DAY} times in the last 24 hours, which is its limit.`,
    )
  const told = `UpdateShardCount cannot scale stream ${name} under account ${account} from ${openShards} to ${target} shards:`
  if (target > SHARDS_AT_MOST) throw limitExceeded(`${told} a stream has ${SHARDS_AT_MOST} shards at most.`)
  if (target > 2 * openShards)
    throw limitExceeded(`${told} no more than double the current shard count can be scaled up to.`)
  if (target < openShards / 2)
    throw limitExceeded(`${told} no less than half the current shard count can be scaled down to.`)
}
