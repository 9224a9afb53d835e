import { GetShardIteratorCommand, type ShardIteratorType } from "@aws-sdk/client-kinesis"
import { operation } from "../../../operation.ts"
import { endOf } from "../../../records/append.ts"
import { type Position, positionAt } from "../../../records/positions.ts"
import { onStream, streamOf } from "../access.ts"
import type { StreamName } from "../arns.ts"
import { invalidArgument, shardUnknown, wasDryRun } from "../errors.ts"
import { formatShardId, logOf, parseShardId, readShard, type Shard } from "../shards/record.ts"
import { assertInUse, findStream } from "../streams/record.ts"
import { formatIterator } from "./iterators.ts"
import { isOfShard, parseSequenceNumber } from "./sequence-numbers.ts"

export const GetShardIterator = operation(GetShardIteratorCommand, {
  access: onStream,
  async handle(input, context) {
    const { store, masterKey, clock } = context
    const name = streamOf(input, context)
    assertStart(input)
    const stream = assertInUse(await findStream(store, name), name)
    const number = parseShardId(input.ShardId)
    const { id } = stream.record
    const now = clock.now()
    const found = await store.read(async (tx) => {
      const shard = number === undefined ? undefined : await readShard(tx, id, number)
      if (!shard) return undefined
      return { shard, end: input.ShardIteratorType === "LATEST" ? await endOf(tx, logOf(id, shard.number)) : 0 }
    })
    if (!found) throw shardUnknown(name, number === undefined ? input.ShardId : formatShardId(number))
    const position = startAt(input, found.shard, name, { end: found.end, now })
    if (input.DryRun) throw wasDryRun()
    const iterator = { stream: name, streamId: id, shard: found.shard.number, position, createdAt: now }
    return { ShardIterator: formatIterator(masterKey, iterator) }
  },
})

interface Start {
  ShardIteratorType?: ShardIteratorType | undefined
  StartingSequenceNumber?: string | undefined
  Timestamp?: Date | undefined
}

export function assertStart({ ShardIteratorType: type, StartingSequenceNumber, Timestamp }: Start): void {
  if (type === "AT_TIMESTAMP") {
    if (Timestamp === undefined)
      throw invalidArgument(
        "Must specify timestampInMillis parameter for iterator of type AT_TIMESTAMP. Current request has no timestamp parameter.",
      )
    return
  }
  const needsNumber = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER"
  if (needsNumber === (StartingSequenceNumber !== undefined)) return
  throw invalidArgument(
    `Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified ${type} and also ${needsNumber ? "no" : "a"} StartingSequenceNumber.`,
  )
}

export function startAt(
  { ShardIteratorType: type, StartingSequenceNumber = "", Timestamp }: Start,
  shard: Shard,
  name: StreamName,
  { end, now }: { end: Position; now: number },
): Position {
  switch (type) {
    case "LATEST":
      return end
    case "AT_TIMESTAMP": {
      const time = Timestamp!.getTime()
      if (time > now)
        throw invalidArgument(
          `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${time}, currentTimestampInMillis: ${now}`,
        )
      return positionAt(time)
    }
    case "AT_SEQUENCE_NUMBER":
      return positionOf(StartingSequenceNumber, shard, name)
    case "AFTER_SEQUENCE_NUMBER":
      return positionOf(StartingSequenceNumber, shard, name) + 1
    default:
      return 0
  }
}

function positionOf(text: string, shard: Shard, { name, account }: StreamName): Position {
  const id = formatShardId(shard.number)
  const invalid = (why = ".") =>
    invalidArgument(
      `StartingSequenceNumber ${text} used in GetShardIterator on shard ${id} in stream ${name} under account ${account} is invalid${why}`,
    )
  const number = parseSequenceNumber(text)
  if (!number) throw invalid()
  if (number.shardNumber !== shard.number)
    throw invalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${formatShardId(number.shardNumber)}, while it was used in a call to a shard with ${id}`,
    )
  if (!isOfShard(number, shard)) throw invalid(" because it did not come from this stream.")
  return number.position
}
