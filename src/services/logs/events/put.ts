import { PutLogEventsCommand, type RejectedLogEventsInfo } from "@aws-sdk/client-cloudwatch-logs"
import { operation } from "../../../operation.ts"
import { groupOf, onStream } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { type Group, getGroup } from "../groups/record.ts"
import { oldestKept } from "../groups/retention.ts"
import { UPLOAD_TOKEN } from "../streams/operations.ts"
import { getStream } from "../streams/record.ts"
import { insertEvents, type NewEvent } from "./insert.ts"
import { EVENT_OVERHEAD_BYTES } from "./pages.ts"

const HOUR = 60 * 60 * 1000
const BATCH_BYTES = 1024 * 1024

export const PutLogEvents = operation(PutLogEventsCommand, {
  access: onStream,
  async handle({ logStreamName, logEvents, ...input }, { store, clock, account, region }) {
    const events = logEvents.map(({ timestamp, message }): NewEvent => ({ time: timestamp!, message: message! }))
    assertBatch(events)
    const group = await getGroup(store, groupOf(input, { account, region }))
    const now = clock.now()
    const { taken, rejected } = sift(events, group, now)
    await store.transact(async (tx) => {
      const stream = await getStream(tx, group, logStreamName)
      if (taken.length > 0) await insertEvents(tx, stream, taken, now)
    })
    return { nextSequenceToken: UPLOAD_TOKEN, ...(rejected && { rejectedLogEventsInfo: rejected }) }
  },
})

/** API Reference, PutLogEvents; the texts: dibog/cloudwatch-logback-appender #17, aws-greengrass-log-manager #59. */
function assertBatch(events: readonly NewEvent[]): void {
  let bytes = 0
  for (const [at, { time, message }] of events.entries()) {
    if (time < (events[at - 1]?.time ?? 0))
      throw invalidParameter("Log events in a single PutLogEvents request must be in chronological order.")
    bytes += Buffer.byteLength(message) + EVENT_OVERHEAD_BYTES
  }
  if (bytes > BATCH_BYTES) throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${BATCH_BYTES}`)
  if (events.at(-1)!.time - events[0]!.time > 24 * HOUR)
    throw invalidParameter("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")
}

/** API Reference, RejectedLogEventsInfo: what is too old, has expired or lies too far ahead is left out, and told. */
function sift(
  events: readonly NewEvent[],
  group: Group,
  now: number,
): { taken: readonly NewEvent[]; rejected: RejectedLogEventsInfo | undefined } {
  const endOf = (time: number) => events.findLastIndex((event) => event.time < time) + 1
  const tooOld = endOf(now - 14 * 24 * HOUR)
  const expired = endOf(oldestKept(group, now))
  const tooNew = events.findIndex(({ time }) => time > now + 2 * HOUR)
  const taken = events.slice(Math.max(tooOld, expired), tooNew < 0 ? undefined : tooNew)
  if (taken.length === events.length) return { taken, rejected: undefined }
  return {
    taken,
    rejected: {
      ...(tooNew >= 0 && { tooNewLogEventStartIndex: tooNew }),
      ...(tooOld > 0 && { tooOldLogEventEndIndex: tooOld }),
      ...(expired > 0 && { expiredLogEventEndIndex: expired }),
    },
  }
}
