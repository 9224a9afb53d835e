import type { LogEvent } from "../../../../peers.ts"

/** What the events of a mapping's function tell beside the records. */
export interface EventFrame {
  shardId: string
  sourceArn: string
  region: string
  /** ARN of the function's role. */
  roleArn: string
}

/** One record of an event as a function gets it (recorded 2025-11). */
export function recordText(event: LogEvent, { shardId, sourceArn, region, roleArn }: EventFrame): string {
  if ("kinesis" in event)
    return JSON.stringify({
      kinesis: event.kinesis,
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shardId}:${event.kinesis.sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: roleArn,
      awsRegion: region,
      eventSourceARN: sourceArn,
    })
  const { eventID, eventName, eventVersion, eventSource, dynamodb, userIdentity } = event
  return JSON.stringify({
    eventID,
    eventName,
    eventVersion,
    eventSource,
    awsRegion: region,
    dynamodb,
    ...(userIdentity && { userIdentity }),
    eventSourceARN: sourceArn,
  })
}

/** By which a function says what failed, and a failure record where it began. */
export const sequenceNumberOf = (event: LogEvent): string =>
  "kinesis" in event ? event.kinesis.sequenceNumber : event.dynamodb.SequenceNumber

/** What an invocation of a tumbling window is told beside its records (Developer Guide, "Implementing stateful Kinesis Data Streams processing in Lambda"). */
export interface WindowFrame {
  /** Milliseconds since the epoch. */
  start: number
  end: number
  /** JSON. */
  state: string
  isFinal: boolean
  isCutShort: boolean
}

/** The event, JSON. */
export function eventText(records: readonly string[], frame: EventFrame, window?: WindowFrame): string {
  const list = `"Records":[${records.join(",")}]`
  if (!window) return `{${list}}`
  const rest = JSON.stringify({
    shardId: frame.shardId,
    eventSourceARN: frame.sourceArn,
    isFinalInvokeForWindow: window.isFinal,
    isWindowTerminatedEarly: window.isCutShort,
  })
  const span = JSON.stringify({ start: instant(window.start), end: instant(window.end) })
  return `{${list},"window":${span},"state":${window.state},${rest.slice(1)}`
}

/** `2020-07-30T17:00:00Z`, as the page shows it. */
const instant = (time: number): string => new Date(time).toISOString().replace(".000Z", "Z")
