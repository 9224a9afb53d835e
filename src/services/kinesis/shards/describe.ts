import type { Shard as WireShard } from "@aws-sdk/client-kinesis"
import { formatSequenceNumber, startOf } from "../records/sequence-numbers.ts"
import { decimalOfHashKey, type HashRange } from "./hash-keys.ts"
import { formatShardId, type Shard } from "./record.ts"

export const describeRange = ({ first, last }: HashRange) => ({
  StartingHashKey: decimalOfHashKey(first),
  EndingHashKey: decimalOfHashKey(last),
})

export const describeShard = (shard: Shard): WireShard => ({
  ShardId: formatShardId(shard.number),
  ...(shard.parent !== undefined && { ParentShardId: formatShardId(shard.parent) }),
  ...(shard.adjacentParent !== undefined && { AdjacentParentShardId: formatShardId(shard.adjacentParent) }),
  HashKeyRange: describeRange(shard),
  SequenceNumberRange: {
    StartingSequenceNumber: startOf(shard),
    ...(shard.closed && { EndingSequenceNumber: formatSequenceNumber(shard, shard.closed.end) }),
  },
})
