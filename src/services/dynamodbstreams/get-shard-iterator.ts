import { GetShardIteratorCommand } from "@aws-sdk/client-dynamodb-streams"
import { operation } from "../../operation.ts"
import { endOf } from "../../records/append.ts"
import type { Position } from "../../records/positions.ts"
import type { Store } from "../../store/store.ts"
import { horizonAt, parseSequenceNumber, type Shard } from "../dynamodb/service.ts"
import { invalid, trimmed } from "./errors.ts"
import { formatIterator } from "./iterators.ts"
import { getShard, getStream, onStream } from "./streams.ts"

export const GetShardIterator = operation(GetShardIteratorCommand, {
  access: onStream,
  async handle({ StreamArn, ShardId, ShardIteratorType, SequenceNumber }, context) {
    const { store, clock } = context
    assertNumber(ShardIteratorType, SequenceNumber)
    const stream = await getStream(StreamArn, context)
    const shard = await getShard(stream, ({ id }) => id === ShardId, store)
    const now = clock.now()
    const position = await positionOf(shard, ShardIteratorType, SequenceNumber, now, store)
    return { ShardIterator: formatIterator(stream, { index: shard.index, position, issuedAt: now }) }
  },
})

/** UNVERIFIED: the texts about sequence numbers. */
function assertNumber(type: string, sequenceNumber: string | undefined): void {
  const isNumbered = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER"
  if (isNumbered && sequenceNumber === undefined) {
    throw invalid(`SequenceNumber must be specified for ShardIteratorType ${type}`)
  }
  if (!isNumbered && sequenceNumber !== undefined) {
    throw invalid(`SequenceNumber must not be specified for ShardIteratorType ${type}`)
  }
}

async function positionOf(
  shard: Shard,
  type: string,
  sequenceNumber: string | undefined,
  now: number,
  store: Store,
): Promise<Position | undefined> {
  if (type === "TRIM_HORIZON") return undefined
  if (type === "LATEST") return Math.max(shard.start, await store.read((tx) => endOf(tx, shard.log)))
  const position = parseSequenceNumber(sequenceNumber!, shard)
  if (position === undefined || position < shard.start) throw invalid(`Invalid SequenceNumber: ${sequenceNumber}`)
  if (position < horizonAt(now)) throw trimmed()
  return type === "AT_SEQUENCE_NUMBER" ? position : position + 1
}
