import { GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs"
import { operation } from "../../../operation.ts"
import { groupOf, onStream } from "../access.ts"
import { invalidToken } from "../errors.ts"
import { getGroup } from "../groups/record.ts"
import { oldestKept } from "../groups/retention.ts"
import { getStream } from "../streams/record.ts"
import { readPage } from "./pages.ts"
import { after, before, formatEventId, type Place, parseEventId } from "./place.ts"

const EVENTS_AT_MOST = 10_000
const LAST: Place = { time: Number.MAX_SAFE_INTEGER, seq: "" }

export const GetLogEvents = operation(GetLogEventsCommand, {
  access: onStream,
  async handle({ logStreamName, startFromHead = false, limit = EVENTS_AT_MOST, ...input }, context) {
    const group = await getGroup(context.store, groupOf(input, context))
    const oldest = oldestKept(group, context.clock.now())
    const span = {
      from: before(Math.max(input.startTime ?? 0, oldest)),
      // An event of the end time itself is not among them: API Reference, GetLogEvents.
      to: input.endTime === undefined ? LAST : before(input.endTime),
    }
    const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken)
    if (token?.direction === "f") span.from = later(span.from, token.place)
    if (token?.direction === "b") span.to = earlier(span.to, token.place)
    const fromEnd = token === undefined ? !startFromHead : token.direction === "b"
    const { events } = await context.store.read(async (tx) => {
      const stream = await getStream(tx, group, logStreamName)
      return readPage(tx, { ...span, of: { column: "stream_id", id: stream.id } }, { limit, fromEnd })
    })
    // Where nothing is left the token stays what it was: that is how clients know (API Reference, GetLogEvents).
    const [first, last] = [events.at(0) ?? token?.place, events.at(-1) ?? token?.place]
    return {
      events: events.map(({ time, message, ingested }) => ({ timestamp: time, message, ingestionTime: ingested })),
      nextForwardToken: formatToken("f", last ?? earlier(span.to, after(context.clock.now()))),
      nextBackwardToken: formatToken("b", first ?? span.from),
    }
  },
})

/** Between the events of an answer and the next page in either direction. Of no event, the place has a seq of zeros. */
const formatToken = (direction: "f" | "b", { time, seq }: Place): string =>
  `${direction}/${formatEventId({ time, seq: /^\d+$/.test(seq) ? seq : "".padEnd(41, seq === "~" ? "9" : "0") })}/s`

function parseToken(text: string): { direction: "f" | "b"; place: Place } {
  const [, direction, id = ""] = /^([fb])\/(\d+)\/s$/.exec(text) ?? []
  const place = parseEventId(id)
  if (!place) throw invalidToken()
  return { direction: direction as "f" | "b", place }
}

const isBefore = (a: Place, b: Place): boolean => a.time < b.time || (a.time === b.time && a.seq < b.seq)
const later = (a: Place, b: Place): Place => (isBefore(a, b) ? b : a)
const earlier = (a: Place, b: Place): Place => (isBefore(a, b) ? a : b)
