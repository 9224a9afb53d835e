import { SubscribeToShardCommand } from "@aws-sdk/client-kinesis"
import { randomUUID } from "../../../base/random.ts"
import { operation } from "../../../operation.ts"
import { endOf } from "../../../records/append.ts"
import { consumerOf, onConsumer } from "../consumers/operations.ts"
import { getConsumer } from "../consumers/record.ts"
import { inUse, shardUnknown, wasDryRun } from "../errors.ts"
import { assertStart, startAt } from "../records/get-shard-iterator.ts"
import { formatShardId, logOf, parseShardId, readShard } from "../shards/record.ts"
import { assertInUse, findStream } from "../streams/record.ts"
import { pushRecords } from "./push.ts"
import { putSubscription } from "./record.ts"

/** Pushes the records of a shard to a registered consumer, for five minutes. */
export const SubscribeToShard = operation(SubscribeToShardCommand, {
  access: onConsumer,
  async handle(input, context) {
    const { store, clock } = context
    const name = consumerOf(input, context)
    const consumer = await getConsumer(store, name)
    // UNVERIFIED: the text.
    if (consumer.status !== "ACTIVE")
      throw inUse(`Consumer ${consumer.name} is not ACTIVE, instead in state ${consumer.status}.`)
    const stream = assertInUse(await findStream(store, name.stream), name.stream)
    const { Type: ShardIteratorType, SequenceNumber, Timestamp } = input.StartingPosition
    // UNVERIFIED: that the texts are those of GetShardIterator, which takes the same positions.
    const start = { ShardIteratorType, StartingSequenceNumber: SequenceNumber, Timestamp }
    assertStart(start)
    const number = parseShardId(input.ShardId)
    const { id: streamId } = stream.record
    const found = await store.read(async (tx) => {
      const shard = number === undefined ? undefined : await readShard(tx, streamId, number)
      return (
        shard && { shard, end: ShardIteratorType === "LATEST" ? await endOf(tx, logOf(streamId, shard.number)) : 0 }
      )
    })
    if (!found) throw shardUnknown(name.stream, number === undefined ? input.ShardId : formatShardId(number))
    const { shard } = found
    const now = clock.now()
    const from = startAt(start, shard, name.stream, { end: found.end, now })
    if (input.DryRun) throw wasDryRun()
    const subscription = { consumer, shard: shard.number }
    const id = randomUUID()
    await store.transact((tx) => putSubscription(tx, subscription, { id, now }))
    return { EventStream: pushRecords(context, { name, subscription, id, from, begun: now }) }
  },
})
