import {
  DescribeStreamCommand,
  type Shard as ShardDescription,
  type StreamStatus,
} from "@aws-sdk/client-dynamodb-streams"
import { operation } from "../../operation.ts"
import { formatSequenceNumber, type Shard, type Stream } from "../dynamodb/service.ts"
import { assertAtMost, invalid } from "./errors.ts"
import { getStream, onStream } from "./streams.ts"

/** API reference, DescribeStream. */
const MOST = 100

export const DescribeStream = operation(DescribeStreamCommand, {
  access: onStream,
  async handle({ StreamArn, Limit = MOST, ExclusiveStartShardId, ShardFilter }, context) {
    assertAtMost(Limit, MOST)
    if (ShardFilter && (ShardFilter.Type === undefined || ShardFilter.ShardId === undefined)) {
      // UNVERIFIED: the text, and that both have to be there.
      throw invalid("ShardFilter must have a Type and a ShardId")
    }
    const stream = await getStream(StreamArn, context)
    const asked = stream.shards
      .filter(({ parentId }) => !ShardFilter || parentId === ShardFilter.ShardId)
      .filter(({ id }) => ExclusiveStartShardId === undefined || id > ExclusiveStartShardId)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const shown = asked.slice(0, Limit)
    const { record } = stream
    return {
      StreamDescription: {
        StreamArn,
        StreamLabel: record.label,
        StreamStatus: statusOf(stream, context.clock.now(), context.store.settlingMilliseconds),
        StreamViewType: record.view,
        CreationRequestDateTime: new Date(record.createdAt),
        TableName: record.name,
        KeySchema: record.key.map(({ name, type }) => ({ AttributeName: name, KeyType: type })),
        Shards: shown.map(describeShard),
        ...(asked.length > shown.length && { LastEvaluatedShardId: shown.at(-1)!.id }),
      },
    }
  },
})

/** Until every node has heard of it, something may still be written without, or to, the stream. */
function statusOf({ record: { createdAt, disabledAt } }: Stream, now: number, settling: number): StreamStatus {
  if (disabledAt !== undefined) return now < disabledAt + settling ? "DISABLING" : "DISABLED"
  return now < createdAt + settling ? "ENABLING" : "ENABLED"
}

function describeShard(shard: Shard): ShardDescription {
  const { id, parentId, start, end } = shard
  return {
    ShardId: id,
    SequenceNumberRange: {
      StartingSequenceNumber: formatSequenceNumber(start, shard),
      ...(end !== undefined && { EndingSequenceNumber: formatSequenceNumber(end, shard) }),
    },
    ...(parentId !== undefined && { ParentShardId: parentId }),
  }
}
