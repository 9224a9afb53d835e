import type { Deps } from "../../call.ts"
import type { Actor, LogEvent, OpenLog } from "../../peers.ts"
import { positionOf } from "../../records/starting-points.ts"
import type { LogOpener } from "../../service.ts"
import { parseConsumerArn, parseStreamArn, streamArn } from "./arns.ts"
import { findConsumer } from "./consumers/record.ts"
import { keySenderOf, openRecords } from "./records/encryption.ts"
import { type ReadRecord, readShardPage } from "./records/read.ts"
import { formatShardId, listShardRows, logOf, parseShardId, type Shard } from "./shards/record.ts"
import { findStream, type Stream } from "./streams/record.ts"
import { oldestKept } from "./streams/retention.ts"

/** Lambda Developer Guide, "Using Lambda with Kinesis": what the role of a function needs. */
const ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"]

/** Of a consumer, the same page: it subscribes to shards in place of getting records. UNVERIFIED: that no more is asked of the stream. */
const OF_A_CONSUMERS_STREAM = ["DescribeStream", "ListShards"]

/** Streams, and consumers of them, as event source mappings follow them: what these read counts for no throughput of the shards. */
export const opener: LogOpener = {
  isLog: (arn) => parseStreamArn(arn) !== undefined || parseConsumerArn(arn)?.createdAt !== undefined,
  toRead(arn) {
    const on = (resource: string, actions: readonly string[]) =>
      actions.map((action) => ({ action: `kinesis:${action}`, resource }))
    const consumer = parseConsumerArn(arn)
    if (!consumer) return on(arn, ACTIONS)
    return [...on(arn, ["SubscribeToShard"]), ...on(streamArn(consumer.stream), OF_A_CONSUMERS_STREAM)]
  },
  async open(arn, deps, as) {
    const consumer = parseConsumerArn(arn)
    if (consumer && (await findConsumer(deps.store, consumer))?.status !== "ACTIVE") return undefined
    const stream = await findStream(deps.store, consumer ? consumer.stream : parseStreamArn(arn)!)
    const isReadable = stream?.record.status === "ACTIVE" || stream?.record.status === "UPDATING"
    return stream && isReadable ? openStream(deps, stream, as) : undefined
  },
}

function openStream(deps: Deps, stream: Stream, as: Actor): OpenLog {
  const { id, region } = stream.record
  return {
    async listShards() {
      const openSince = oldestKept(stream.record, deps.clock.now())
      const wanted = { after: -1, openSince, createdBy: Number.MAX_SAFE_INTEGER }
      const shards = await deps.store.read((tx) => listShardRows(tx, id, wanted, SHARDS_AT_MOST))
      // Their numbers grow: parents come before their children.
      return shards.map((shard) => ({
        id: formatShardId(shard.number),
        key: logOf(id, shard.number),
        parents: parentsOf(shard).map(formatShardId),
        isClosed: shard.closed !== undefined,
      }))
    },
    async read(shardId, from, limits) {
      const shard = parseShardId(shardId) ?? -1
      const page = await readShardPage(deps, stream, { shard, from, ...limits })
      if (!page) return { records: [], next: from, isEnd: true, isOver: true }
      const records = await openRecords(deps, stream, keySenderOf(deps, as, region), page.records)
      return {
        records: records.map((record) => ({ position: record.position, at: record.at, event: eventOf(record) })),
        next: page.next,
        isEnd: page.isEnd,
        isOver: page.isOver,
      }
    },
    positionOf: (shardId, start) =>
      deps.store.read((tx) => positionOf(tx, logOf(id, parseShardId(shardId) ?? -1), start)),
  }
}

/** API Reference, UpdateShardCount: as many as a stream has; those that are closed go with their records. */
const SHARDS_AT_MOST = 10_000

const parentsOf = ({ parent, adjacentParent }: Shard): number[] =>
  [parent, adjacentParent].filter((number) => number !== undefined)

const eventOf = ({ partitionKey, sequenceNumber, data, at, dataKey }: ReadRecord): LogEvent => ({
  kinesis: {
    kinesisSchemaVersion: "1.0",
    partitionKey,
    sequenceNumber,
    data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64"),
    approximateArrivalTimestamp: at / 1000,
    ...(dataKey && { encryptionType: "KMS" as const }),
  },
})
