import { createHash } from "node:crypto"
import type { DynamoEvent } from "../../../peers.ts"
import type { LogRecord } from "../../../records/read.ts"
import { unpackChange } from "./change.ts"
import type { Shard, Stream } from "./record.ts"
import { formatSequenceNumber } from "./sequence-numbers.ts"

/** The service that removes what its time to live has let expire. */
const EXPIRED_BY = "dynamodb.amazonaws.com"

/** A record as GetRecords answers it: JSON. */
export function formatEvent(stream: Stream, shard: Shard, record: LogRecord): string {
  const { eventName, isExpiry, dynamodb } = partsOf(stream, shard, record)
  const identity = isExpiry ? `,"userIdentity":{"PrincipalId":"${EXPIRED_BY}","Type":"Service"}` : ""
  return `{"awsRegion":"${stream.record.region}","dynamodb":${dynamodb},"eventID":"${eventIdOf(stream, shard, record)}","eventName":"${eventName}","eventSource":"aws:dynamodb","eventVersion":"1.1"${identity}}`
}

/** A record as the event of a function has it. */
export function eventOf(stream: Stream, shard: Shard, record: LogRecord): DynamoEvent {
  const { eventName, isExpiry, dynamodb } = partsOf(stream, shard, record)
  return {
    eventID: eventIdOf(stream, shard, record),
    eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    dynamodb: JSON.parse(dynamodb) as DynamoEvent["dynamodb"],
    ...(isExpiry && { userIdentity: { type: "Service", principalId: EXPIRED_BY } }),
  }
}

function partsOf({ record: { view } }: Stream, shard: Shard, { position, at, body }: LogRecord) {
  const { eventName, isExpiry, members } = unpackChange(body)
  const seconds = Math.floor(at / 1000)
  const sequenceNumber = formatSequenceNumber(position, shard)
  return {
    eventName,
    isExpiry,
    dynamodb: `{"ApproximateCreationDateTime":${seconds},${members},"SequenceNumber":"${sequenceNumber}","StreamViewType":"${view}"}`,
  }
}

/** The same whenever the record is read, and no other record's. */
const eventIdOf = ({ record: { id } }: Stream, { index }: Shard, { position }: LogRecord): string =>
  createHash("sha256").update(`${id}/${index}/${position}`).digest("hex").slice(0, 32)
