import type { OpenLog } from "../../peers.ts"
import { positionOf } from "../../records/starting-points.ts"
import type { LogOpener } from "../../service.ts"
import type { Store } from "../../store/store.ts"
import { eventOf, findStream, horizonAt, parseStreamArn, readShard, type Stream } from "../dynamodb/service.ts"
import { getShard } from "./streams.ts"

/**
 * What the role of a function needs that follows a stream (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB"). ListStreams, which the page
 * names as well, is about no stream, and is no matter: policies that grant it on the stream's ARN do, as the Serverless Framework writes them.
 */
const ON_THE_STREAM = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"]

/** Opens streams of tables for other services. */
export const opens: LogOpener = {
  isLog: (arn) => parseStreamArn(arn) !== undefined,
  toRead: (arn) => ON_THE_STREAM.map((action) => ({ action, resource: arn })),
  async open(arn, { store, clock }) {
    const address = parseStreamArn(arn)
    const stream = address && (await findStream(store, address))
    return stream && openLog(stream, store, () => clock.now())
  },
}

const openLog = (stream: Stream, store: Store, now: () => number): OpenLog => ({
  async listShards() {
    const horizon = horizonAt(now())
    return stream.shards
      .filter(({ end }) => end === undefined || end > horizon)
      .map(({ id, log, parentId, end }) => ({
        id,
        key: log,
        parents: parentId === undefined ? [] : [parentId],
        isClosed: end !== undefined,
      }))
  },
  async read(shardId, from, limits) {
    const shard = await getShard(stream, ({ id }) => id === shardId, store)
    const page = await readShard(store, shard, from, limits, now())
    return {
      ...page,
      records: page.records.map((record) => ({
        position: record.position,
        at: record.at,
        event: eventOf(stream, shard, record),
      })),
    }
  },
  async positionOf(shardId, start) {
    const shard = await getShard(stream, ({ id }) => id === shardId, store)
    return Math.max(shard.start, await store.read((tx) => positionOf(tx, shard.log, start)))
  },
})
