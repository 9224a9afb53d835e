import { ListShardsCommand, type ShardFilter } from "@aws-sdk/client-kinesis"
import { formatToken, parseToken } from "../../../base/paging.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { assertNoStreamId, type NamesStream, streamOf } from "../access.ts"
import { type StreamName, streamArn } from "../arns.ts"
import { invalidArgument, streamNotActive, streamNotFound } from "../errors.ts"
import { TOKEN_MILLISECONDS } from "../limits.ts"
import { getStream, type StreamRecord } from "../streams/record.ts"
import { oldestKept } from "../streams/retention.ts"
import { describeShard } from "./describe.ts"
import { listOpenShards, listShardRows, parseShardId, type ShardsWanted } from "./record.ts"

/** API Reference: what is given where nothing is said, and no more is. */
const PAGE = 1_000

export const ListShards = operation(ListShardsCommand, {
  access: (input, scope) => ({ resource: streamArn(asked(input, scope).stream) }),
  async handle(input, context) {
    const { store, masterKey, clock } = context
    const now = clock.now()
    const { stream: name, token } = asked(input, context)
    const { record } = await getStream(store, name)
    // As for a stream that is none yet, or none any more: recorded of DescribeStream's shards (kinesalite, listShards).
    if (record.status === "CREATING" || record.status === "DELETING") throw streamNotActive(name, record.status)
    const told = token === undefined ? undefined : parseToken(masterKey, LIST, token)
    if (token !== undefined && told === undefined) throw invalidToken()
    const start = told === undefined ? startOf(input, record, now) : (JSON.parse(told) as Start)
    if (start.id !== record.id) throw streamNotFound(name)
    if (now - start.at > TOKEN_MILLISECONDS)
      throw new WireError(
        "ExpiredNextTokenException",
        // UNVERIFIED: the text.
        `NextToken expired. Tokens expire after ${TOKEN_MILLISECONDS / 1000} seconds.`,
      )
    const limit = Math.min(input.MaxResults ?? PAGE, PAGE)
    const shards = await store.read((tx) =>
      start.isOpen
        ? listOpenShards(tx, record.id, start.wanted.after, limit + 1)
        : listShardRows(tx, record.id, start.wanted, limit + 1),
    )
    const page = shards.slice(0, limit)
    const last = page.at(-1)
    const next = { ...start, at: now, wanted: { ...start.wanted, after: last?.number ?? -1 } }
    return {
      Shards: page.map(describeShard),
      ...(shards.length > limit && {
        NextToken: `${streamArn(name)} ${formatToken(masterKey, LIST, JSON.stringify(next))}`,
      }),
    }
  },
})

const LIST = "kinesis.shards"

/** What a token goes on with. */
interface Start {
  /** Of the stream. */
  id: string
  /** When the page was given, in milliseconds since the epoch. */
  at: number
  wanted: ShardsWanted
  /** The open ones alone. */
  isOpen: boolean
}

/** A token tells its stream in the clear, for it is what permissions are asked for. */
function asked(
  input: NamesStream & {
    NextToken?: string | undefined
    ExclusiveStartShardId?: string | undefined
    StreamCreationTimestamp?: Date | undefined
  },
  scope: { account: string; region: string },
): { stream: StreamName; token?: string } {
  assertNoStreamId(input)
  const { NextToken, StreamName: name, StreamARN: arn } = input
  if (NextToken === undefined) {
    if (name === undefined && arn === undefined)
      throw invalidArgument("Either NextToken or StreamName should be provided.")
    return { stream: streamOf(input, scope) }
  }
  if (name !== undefined || arn !== undefined)
    throw invalidArgument("NextToken and StreamName cannot be provided together.")
  // UNVERIFIED: the text.
  if (input.ExclusiveStartShardId !== undefined || input.StreamCreationTimestamp !== undefined)
    throw invalidArgument("NextToken and ExclusiveStartShardId or StreamCreationTimestamp cannot be provided together.")
  const [told = "", token] = NextToken.split(" ")
  try {
    return { stream: streamOf({ StreamARN: told }, scope), token: token ?? "" }
  } catch {
    throw invalidToken()
  }
}

/** UNVERIFIED: the text. */
const invalidToken = () => invalidArgument("Invalid NextToken.")

const EVER = Number.MAX_SAFE_INTEGER

function startOf(
  input: {
    ExclusiveStartShardId?: string | undefined
    StreamCreationTimestamp?: Date | undefined
    ShardFilter?: ShardFilter | undefined
  },
  record: StreamRecord,
  now: number,
): Start {
  const created = input.StreamCreationTimestamp
  // Times of the wire are whole milliseconds, and may have been cut to whole seconds.
  if (created && Math.floor(created.getTime() / 1000) !== Math.floor(record.createdAt / 1000))
    throw streamNotFound(record)
  const after = afterShard(input.ExclusiveStartShardId)
  const horizon = oldestKept(record, now)
  const { Type = "FROM_TRIM_HORIZON", ShardId, Timestamp } = input.ShardFilter ?? {}
  assertFilter(Type, ShardId, Timestamp)
  const base: Start = { id: record.id, at: now, wanted: { after, openSince: horizon, createdBy: EVER }, isOpen: false }
  switch (Type) {
    case "AT_LATEST":
      return { ...base, isOpen: true }
    case "AT_TRIM_HORIZON":
      return { ...base, wanted: { after, openSince: horizon, createdBy: Math.max(horizon, record.createdAt) } }
    case "AFTER_SHARD_ID":
      return { ...base, wanted: { ...base.wanted, after: Math.max(after, afterShard(ShardId)) } }
    case "AT_TIMESTAMP": {
      const time = Math.max(Timestamp!.getTime(), horizon)
      return { ...base, wanted: { after, openSince: time, createdBy: time } }
    }
    case "FROM_TIMESTAMP":
      return { ...base, wanted: { ...base.wanted, openSince: Math.max(Timestamp!.getTime(), horizon) } }
    default:
      return base
  }
}

/** API Reference, ShardFilter, says which type has which member. UNVERIFIED: the texts. */
function assertFilter(type: string, shardId: string | undefined, timestamp: Date | undefined): void {
  const needsTime = type === "AT_TIMESTAMP" || type === "FROM_TIMESTAMP"
  if (needsTime !== (timestamp !== undefined))
    throw invalidArgument(
      `Timestamp ${needsTime ? "must be" : "cannot be"} specified for the ShardFilter of type ${type}.`,
    )
  const needsShard = type === "AFTER_SHARD_ID"
  if (needsShard !== (shardId !== undefined))
    throw invalidArgument(
      `ShardId ${needsShard ? "must be" : "cannot be"} specified for the ShardFilter of type ${type}.`,
    )
}

function afterShard(shardId: string | undefined): number {
  if (shardId === undefined) return -1
  const number = parseShardId(shardId)
  // UNVERIFIED: that what is no shard's id is refused, and the text.
  if (number === undefined) throw invalidArgument(`ShardId ${shardId} is not a valid shard id.`)
  return number
}
