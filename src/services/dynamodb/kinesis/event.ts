import { createHash } from "node:crypto"
import type { LogRecord } from "../../../records/read.ts"
import { unpackChange } from "../streams/change.ts"
import type { Precision } from "../tables/record.ts"

export interface EventPlace {
  /** Of the destination and the lane. */
  log: string
  region: string
  tableName: string
  precision: Precision
}

/**
 * A change as it is written to a stream of Kinesis: Developer Guide, "Getting started with Kinesis Data Streams for Amazon DynamoDB". The same
 * change is the same text, however often it is delivered.
 */
export function formatKinesisEvent({ log, region, tableName, precision }: EventPlace, record: LogRecord): string {
  const { eventName, isExpiry, members } = unpackChange(record.body)
  const identity = isExpiry ? '{"type":"Service","principalId":"dynamodb.amazonaws.com"}' : "null"
  const dynamodb = `{"ApproximateCreationDateTime":${timeOf(record, precision)},${members},"ApproximateCreationDateTimePrecision":"${precision}"}`
  return `{"awsRegion":"${region}","eventID":"${eventIdOf(log, record)}","eventName":"${eventName}","userIdentity":${identity},"recordFormat":"application/json","tableName":"${tableName}","dynamodb":${dynamodb},"eventSource":"aws:dynamodb"}`
}

/** The changes of one millisecond are told apart by their microseconds, as far as there are enough. */
const timeOf = ({ at, position }: LogRecord, precision: Precision): number =>
  precision === "MILLISECOND" ? at : at * 1000 + Math.min(position % 1024, 999)

/** In the form of a UUID. */
function eventIdOf(log: string, { position }: LogRecord): string {
  const hash = createHash("sha256").update(`${log}/${position}`).digest("hex")
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-")
}
