import type { Deps } from "../../call.ts"
import type { Actor, LogEvent, OpenLog } from "../../peers.ts"
import { positionOf } from "../../records/starting-points.ts"
import type { LogOpener } from "../../service.ts"
import { parseStreamArn } from "./arns.ts"
import { keySenderOf, openRecords } from "./records/encryption.ts"
import { type ReadRecord, readShardPage } from "./records/read.ts"
import { formatShardId, listShardRows, logOf, parseShardId, type Shard } from "./shards/record.ts"
import { findStream, type Stream } from "./streams/record.ts"
import { oldestKept } from "./streams/retention.ts"

/** Lambda Developer Guide, "Using Lambda with Kinesis": what the role of a function needs. */
const ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"]

/** Streams as event source mappings follow them: what these read counts for no throughput of the shards. */
export const opener: LogOpener = {
  isLog: (arn) => parseStreamArn(arn) !== undefined,
  toRead: (arn) => ACTIONS.map((action) => ({ action: `kinesis:${action}`, resource: arn })),
  async open(arn, deps, as) {
    const stream = await findStream(deps.store, parseStreamArn(arn)!)
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
