import type { Requirement } from "./authorization/requirement.ts"
import type { Position } from "./records/positions.ts"
import type { StartingPoint } from "./records/starting-points.ts"

/** A stream of one service, opened for another one that follows it. */
export interface OpenLog {
  /** All shards that something can be read of or will be, parents before their children. */
  listShards(): Promise<readonly LogShard[]>
  /**
   * Reads a shard in order, at most so many records and bytes of them; at least one where there is any. What is older than
   * the stream keeps is passed over.
   */
  read(shardId: string, from: Position, limits: { count: number; bytes: number }): Promise<LogPage>
  positionOf(shardId: string, start: StartingPoint): Promise<Position>
}

export interface LogShard {
  /** `shardId-000000000000` */
  id: string
  /** Its key in the room of records, by which appends are heard of (`onAppended`). */
  key: string
  /** Ids of the shards that it came of by a split or a merge; they need not be listed any more. */
  parents: readonly string[]
  /** Whether nothing is appended to it any more. */
  isClosed: boolean
}

export interface LogPage {
  records: readonly LogEntry[]
  /** Where to go on reading. */
  next: Position
  /** Whether this was all that the shard holds by now. */
  isEnd: boolean
  /** Whether the shard is closed and this was all: what follows is in its children. */
  isOver: boolean
}

export interface LogEntry {
  position: Position
  /** When it came, in milliseconds since the epoch. */
  at: number
  event: LogEvent
}

/**
 * A record as the event of a function has it, but for what the event's reader adds: `awsRegion`, `eventSourceARN`, and of Kinesis all
 * beside the `kinesis` part.
 */
export type LogEvent = KinesisEvent | DynamoEvent

export interface KinesisEvent {
  kinesis: {
    kinesisSchemaVersion: "1.0"
    partitionKey: string
    sequenceNumber: string
    /** Base64. */
    data: string
    /** Seconds since the epoch, with milliseconds as a fraction. */
    approximateArrivalTimestamp: number
    encryptionType?: "KMS"
  }
}

export interface DynamoEvent {
  eventID: string
  eventName: "INSERT" | "MODIFY" | "REMOVE"
  eventVersion: "1.1"
  eventSource: "aws:dynamodb"
  dynamodb: {
    /** Seconds since the epoch. */
    ApproximateCreationDateTime: number
    /** Attribute values in DynamoDB's JSON. */
    Keys: Readonly<Record<string, unknown>>
    NewImage?: Readonly<Record<string, unknown>>
    OldImage?: Readonly<Record<string, unknown>>
    SequenceNumber: string
    SizeBytes: number
    StreamViewType: string
  }
  /** Of what its time to live removed. */
  userIdentity?: { type: "Service"; principalId: "dynamodb.amazonaws.com" }
}

/** What came of opening a stream; a refusal is recorded and explained as a person's request is. */
export type Opening =
  | { is: "opened"; log: OpenLog }
  /** Nothing of this server has the name. */
  | { is: "missing" }
  /** The role may not do all that reading takes. */
  | { is: "denied"; requirement: Requirement & { action: string } }
