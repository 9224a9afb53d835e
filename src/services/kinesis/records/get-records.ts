import { GetRecordsCommand } from "@aws-sdk/client-kinesis"
import { operation } from "../../../operation.ts"
import { assertNoStreamId } from "../access.ts"
import { streamArn } from "../arns.ts"
import { invalidArgument, rateExceeded, shardUnknown, wasDryRun } from "../errors.ts"
import { BYTES_OF_ONE_READ, RECORDS_OF_ONE_READ } from "../limits.ts"
import { formatShardId, logOf } from "../shards/record.ts"
import { assertInUse, findStream } from "../streams/record.ts"
import { keyCallerOf, openRecords } from "./encryption.ts"
import { assertCurrent, assertGenuine, formatIterator, parseIterator } from "./iterators.ts"
import { isUnlimited, planeOf, throughputOf } from "./plane.ts"
import { describeChildren, type ReadRecord, readShardPage } from "./read.ts"

export const GetRecords = operation(GetRecordsCommand, {
  // Requests usually have the iterator alone: what it reads is what must be allowed.
  access: (input, { region }) => {
    assertNoStreamId(input)
    const { stream } = parseIterator(input.ShardIterator)
    if (stream.region !== region) throw invalidArgument("Invalid ShardIterator.")
    return { resource: streamArn(stream) }
  },

  async handle(input, context) {
    const { ShardIterator, Limit = RECORDS_OF_ONE_READ, StreamARN } = input
    const { store, masterKey, clock } = context
    assertGenuine(masterKey, ShardIterator)
    const iterator = parseIterator(ShardIterator)
    const { stream: name, streamId, shard: number } = iterator
    // UNVERIFIED: code and text.
    if (StreamARN !== undefined && StreamARN !== streamArn(name))
      throw invalidArgument(`The ShardIterator is not of the stream ${StreamARN}.`)
    const now = clock.now()
    assertCurrent(iterator, now)
    const id = formatShardId(number)
    const found = findStream(store, name)
    const stream = assertInUse(found instanceof Promise ? await found : found, name)
    if (stream.record.id !== streamId) throw shardUnknown(name, id)
    if (input.DryRun) throw wasDryRun()
    const throughput = isUnlimited(stream, context)
      ? undefined
      : throughputOf(planeOf(context), logOf(streamId, number), now)
    if (throughput && !throughput.takeRead(now)) throw rateExceeded(name, id, { shard: id, what: "reads" })
    const span = { shard: number, from: iterator.position, count: Limit, bytes: BYTES_OF_ONE_READ }
    const page = await readShardPage(context, stream, span)
    if (!page) throw shardUnknown(name, id)
    throughput?.noteRead(page.bytes)
    const records = page.records.some(({ dataKey }) => dataKey)
      ? await openRecords(context, stream, keyCallerOf(context), page.records)
      : page.records
    return {
      Records: records.map(describeRecord),
      ...(!page.isOver && {
        NextShardIterator: formatIterator(masterKey, { ...iterator, position: page.next, createdAt: now }),
      }),
      MillisBehindLatest: page.millisBehind,
      ...(page.children.length > 0 && { ChildShards: describeChildren(page.children) }),
    }
  },
})

export const describeRecord = ({ sequenceNumber, at, data, partitionKey, dataKey }: ReadRecord) => ({
  SequenceNumber: sequenceNumber,
  ApproximateArrivalTimestamp: new Date(at),
  Data: data,
  PartitionKey: partitionKey,
  ...(dataKey && { EncryptionType: "KMS" as const }),
})
