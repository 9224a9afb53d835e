import { Kinesis, type KinesisClientConfig } from "@aws-sdk/client-kinesis"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import type { ClientOptions, TestServer } from "../harness/server.ts"

/** A client over HTTP/1.1; left to itself, the JavaScript SDK's speaks HTTP/2. */
export const kinesisClient = (options: ClientOptions, more: Partial<KinesisClientConfig> = {}): Kinesis =>
  new Kinesis({ ...options, requestHandler: new NodeHttpHandler(), ...more })

export const REGION = "us-east-1"
export const ACCOUNT = "123456789012"
export const arnOf = (stream: string, account = ACCOUNT): string =>
  `arn:aws:kinesis:${REGION}:${account}:stream/${stream}`

export const shardId = (number: number): string => `shardId-${String(number).padStart(12, "0")}`

export const refused = (name: string, message?: string | RegExp) => ({
  name,
  ...(message !== undefined && { message }),
})
export const invalid = (message?: string | RegExp) => refused("InvalidArgumentException", message)

/** A record of a text, to the shard that its key says. */
export const record = (text: string, PartitionKey = text) => ({ PartitionKey, Data: Buffer.from(text) })

export async function iteratorOf(
  kinesis: Kinesis,
  StreamName: string,
  more: Partial<Parameters<Kinesis["getShardIterator"]>[0]> = {},
): Promise<string> {
  const input = { StreamName, ShardId: shardId(0), ShardIteratorType: "TRIM_HORIZON" as const, ...more }
  return (await kinesis.getShardIterator(input)).ShardIterator!
}

/** The texts of a shard's records, from its beginning unless told. */
export async function textsOf(
  kinesis: Kinesis,
  StreamName: string,
  more: Partial<Parameters<Kinesis["getShardIterator"]>[0]> = {},
): Promise<string[]> {
  const ShardIterator = await iteratorOf(kinesis, StreamName, more)
  return texts((await kinesis.getRecords({ ShardIterator })).Records)
}

export const texts = (records: readonly { Data?: Uint8Array | undefined }[] = []): string[] =>
  records.map(({ Data }) => Buffer.from(Data!).toString())

/** Moves the server's clock, and the client's with it, lest its signatures be out of date. */
export async function advance(server: TestServer, kinesis: Kinesis, milliseconds: number): Promise<void> {
  await server.clock.advance({ seconds: milliseconds / 1000 })
  kinesis.config.systemClockOffset += milliseconds
}
