import { type CreateTableCommandInput, DynamoDB, type StreamViewType } from "@aws-sdk/client-dynamodb"
import {
  type _Record,
  DynamoDBStreams,
  type GetRecordsCommandOutput,
  type Shard,
  type ShardIteratorType,
} from "@aws-sdk/client-dynamodb-streams"
import { startServer, type TestServer } from "../harness/server.ts"
import { TABLE } from "./dynamodb-world.ts"

export interface StreamsWorld extends AsyncDisposable {
  server: TestServer
  db: DynamoDB
  streams: DynamoDBStreams
}

export async function openStreamsWorld(flags: string[] = []): Promise<StreamsWorld> {
  const server = await startServer(flags)
  // After the clock was moved a first try is refused, and tells the time.
  const options = { ...server.client, maxAttempts: 2 }
  return {
    server,
    db: new DynamoDB(options),
    streams: new DynamoDBStreams(options),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

export const { TableName } = TABLE

/** Makes the table with a stream; its ARN. */
export async function createStreamed(
  db: DynamoDB,
  StreamViewType: StreamViewType = "NEW_AND_OLD_IMAGES",
  more: Partial<CreateTableCommandInput> = {},
): Promise<string> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType }
  const { TableDescription } = await db.createTable({ ...TABLE, ...more, StreamSpecification })
  return TableDescription!.LatestStreamArn!
}

export async function shardsOf(streams: DynamoDBStreams, StreamArn: string): Promise<Shard[]> {
  const shards: Shard[] = []
  let ExclusiveStartShardId: string | undefined
  do {
    const { StreamDescription } = await streams.describeStream({ StreamArn, ExclusiveStartShardId })
    shards.push(...StreamDescription!.Shards!)
    ExclusiveStartShardId = StreamDescription!.LastEvaluatedShardId
  } while (ExclusiveStartShardId)
  return shards
}

export const iteratorOf = async (
  streams: DynamoDBStreams,
  StreamArn: string,
  ShardId: string,
  ShardIteratorType: ShardIteratorType = "TRIM_HORIZON",
  SequenceNumber?: string,
): Promise<string> =>
  (await streams.getShardIterator({ StreamArn, ShardId, ShardIteratorType, SequenceNumber })).ShardIterator!

/** All that a shard holds by now. */
export async function recordsOf(streams: DynamoDBStreams, StreamArn: string, ShardId: string): Promise<_Record[]> {
  const records: _Record[] = []
  let ShardIterator: string | undefined = await iteratorOf(streams, StreamArn, ShardId)
  while (ShardIterator) {
    const page: GetRecordsCommandOutput = await streams.getRecords({ ShardIterator })
    records.push(...page.Records!)
    if (page.Records!.length === 0) break
    ShardIterator = page.NextShardIterator
  }
  return records
}

/** All that the stream holds: shards one after the other. */
export async function readAll(streams: DynamoDBStreams, StreamArn: string): Promise<_Record[]> {
  const records: _Record[] = []
  for (const { ShardId } of await shardsOf(streams, StreamArn))
    records.push(...(await recordsOf(streams, StreamArn, ShardId!)))
  return records
}

/** By their sequence numbers: of one shard and those that follow it, the order in which things happened. */
export const bySequence = (records: readonly _Record[]): _Record[] =>
  records.toSorted((a, b) => (a.dynamodb!.SequenceNumber! < b.dynamodb!.SequenceNumber! ? -1 : 1))
