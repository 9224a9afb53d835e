import { randomUUID } from "../../../../base/random.ts"
import type { LogEntry } from "../../../../peers.ts"
import type { DueDelivery } from "../../asynchronous/event.ts"
import { serviceOf } from "../../destinations/targets.ts"
import { sequenceNumberOf } from "./event.ts"
import type { FailedRange } from "./progress.ts"

/** A batch that is not tried any more. */
export interface Discarded {
  why: "RetryAttemptsExhausted" | "RecordAgeExceeded"
  mapping: { uuid: string; functionArn: string; sourceArn: string }
  shard: string
  entries: readonly LogEntry[]
  /** How its invocations went; undefined where there was none. */
  range: FailedRange | undefined
  /** The event as the function had it, JSON. */
  event: string
  /** Milliseconds since the epoch. */
  now: number
}

/** What the mapping's destination is sent of it, member by member as recorded 2025-11; a bucket gets the event too. */
export function failureDelivery(to: string, discarded: Discarded): { requestId: string; delivery: DueDelivery } {
  const { why, mapping, shard, entries, range, event, now } = discarded
  const [first, last] = [entries[0]!, entries.at(-1)!]
  const isBucket = serviceOf(to) === "s3"
  const requestId = range?.requestId ?? randomUUID()
  const record = {
    requestContext: {
      requestId,
      functionArn: mapping.functionArn,
      condition: why,
      approximateInvokeCount: range?.invocations ?? 0,
    },
    ...(range && {
      responseContext: {
        statusCode: 200,
        executedVersion: range.executedVersion,
        functionError: range.isReported ? null : "Unhandled",
      },
    }),
    version: "1.0",
    timestamp: instant(now),
    ["kinesis" in first.event ? "KinesisBatchInfo" : "DDBStreamBatchInfo"]: {
      shardId: shard,
      startSequenceNumber: sequenceNumberOf(first.event),
      endSequenceNumber: sequenceNumberOf(last.event),
      approximateArrivalOfFirstRecord: instant(first.at),
      approximateArrivalOfLastRecord: instant(last.at),
      batchSize: entries.length,
      streamArn: mapping.sourceArn,
    },
    ...(isBucket && { payload: event }),
  }
  return {
    requestId,
    delivery: {
      to,
      message: JSON.stringify(record),
      ...(isBucket && { objectKey: objectKey(mapping.uuid, shard, now) }),
    },
  }
}

const instant = (time: number): string => new Date(time).toISOString()

/** `aws/lambda/<UUID of the mapping>/<shard>/2026/01/31/2026-01-31T10.20.30-<UUID>` (Developer Guide, the same page). */
function objectKey(uuid: string, shard: string, now: number): string {
  const [day = "", time = ""] = instant(now).split(/[T.]/)
  return `aws/lambda/${uuid}/${shard}/${day.replaceAll("-", "/")}/${day}T${time.replaceAll(":", ".")}-${randomUUID()}`
}
