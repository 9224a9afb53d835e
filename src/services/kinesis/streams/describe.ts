import { DescribeStreamCommand, DescribeStreamSummaryCommand, ListStreamsCommand } from "@aws-sdk/client-kinesis"
import { listPage } from "../../../base/paging.ts"
import { operation } from "../../../operation.ts"
import { onStream, streamOf } from "../access.ts"
import { streamArn } from "../arns.ts"
import { countConsumers } from "../consumers/record.ts"
import { invalidArgument, streamNotFound } from "../errors.ts"
import { describeShard } from "../shards/describe.ts"
import { listShardRows, parseShardId } from "../shards/record.ts"
import { listRecords, readRecord, type StreamRecord } from "./record.ts"
import { oldestKept } from "./retention.ts"

/** API Reference, DescribeStream and ListStreams: what is given, and no more is. */
const PAGE = 100

export const DescribeStream = operation(DescribeStreamCommand, {
  access: onStream,
  async handle(input, context) {
    const name = streamOf(input, context)
    const { Limit = PAGE, ExclusiveStartShardId } = input
    const after = ExclusiveStartShardId === undefined ? -1 : startAfter(ExclusiveStartShardId)
    const limit = Math.min(Limit, PAGE)
    const { record, shards } = await context.store.read(async (tx) => {
      const record = await readRecord(tx, name)
      if (!record) throw streamNotFound(name)
      const openSince = oldestKept(record, context.clock.now())
      const wanted = { after, openSince, createdBy: Number.MAX_SAFE_INTEGER }
      return { record, shards: await listShardRows(tx, record.id, wanted, limit + 1) }
    })
    return {
      StreamDescription: {
        ...described(record),
        Shards: shards.slice(0, limit).map(describeShard),
        HasMoreShards: shards.length > limit,
        EncryptionType: encryptionOf(record),
      },
    }
  },
})

/** UNVERIFIED: that what is no shard's id is refused, and the text. */
function startAfter(shardId: string): number {
  const number = parseShardId(shardId)
  if (number === undefined) throw invalidArgument(`ExclusiveStartShardId ${shardId} is not a valid shard id.`)
  return number
}

export const DescribeStreamSummary = operation(DescribeStreamSummaryCommand, {
  access: onStream,
  async handle(input, context) {
    const name = streamOf(input, context)
    const { record, consumers } = await context.store.read(async (tx) => {
      const record = await readRecord(tx, name)
      if (!record) throw streamNotFound(name)
      return { record, consumers: await countConsumers(tx, record.id) }
    })
    return {
      StreamDescriptionSummary: {
        ...described(record),
        EncryptionType: encryptionOf(record),
        OpenShardCount: record.openShards,
        ConsumerCount: consumers,
        MaxRecordSizeInKiB: record.maximumRecordKiB,
      },
    }
  },
})

const encryptionOf = ({ encryption }: StreamRecord): "KMS" | "NONE" => (encryption ? "KMS" : "NONE")

/** What both descriptions tell. */
const described = (record: StreamRecord) => ({
  StreamName: record.name,
  StreamARN: streamArn(record),
  StreamStatus: record.status,
  StreamModeDetails: { StreamMode: record.mode },
  RetentionPeriodHours: record.retentionHours,
  StreamCreationTimestamp: new Date(record.createdAt),
  EnhancedMonitoring: [{ ShardLevelMetrics: [...record.metrics] }],
  ...(record.encryption && { KeyId: record.encryption.keyId }),
})

export const ListStreams = operation(ListStreamsCommand, {
  access: () => ({ resource: "*" }),
  async handle({ ExclusiveStartStreamName = "", Limit = PAGE, NextToken }, { store, masterKey, account, region }) {
    const { items, next } = await store.read((tx) =>
      listPage(
        masterKey,
        {
          list: `kinesis.streams ${account} ${region}`,
          token: NextToken,
          limit: Math.min(Limit, PAGE),
          // UNVERIFIED: the text.
          invalidToken: () => invalidArgument("Invalid NextToken."),
        },
        {
          load: (after, count) => listRecords(tx, { account, region }, after || ExclusiveStartStreamName, count),
          keyOf: ({ name }: StreamRecord) => name,
        },
      ),
    )
    return {
      StreamNames: items.map(({ name }) => name),
      HasMoreStreams: next !== undefined,
      ...(next !== undefined && { NextToken: next }),
      StreamSummaries: items.map((record) => ({
        StreamName: record.name,
        StreamARN: streamArn(record),
        StreamStatus: record.status,
        StreamModeDetails: { StreamMode: record.mode },
        StreamCreationTimestamp: new Date(record.createdAt),
      })),
    }
  },
})
