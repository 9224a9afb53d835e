import { type FilteredLogEvent, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs"
import { formatToken, parseToken } from "../../../base/paging.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { groupOf, onGroup } from "../access.ts"
import { invalidParameter, invalidToken } from "../errors.ts"
import { type Group, getGroup } from "../groups/record.ts"
import { oldestKept } from "../groups/retention.ts"
import { compilePattern } from "../patterns/pattern.ts"
import { findStreamName, getStream } from "../streams/record.ts"
import { readPage, type Span, type StoredEvent } from "./pages.ts"
import { after, before, formatEventId, type Place, parseEventId } from "./place.ts"

const EVENTS_AT_MOST = 10_000
/** What is looked through in one piece, between which others have their turn, and how many of these in one call. */
const SCANNED_AT_ONCE = 2_000
const PIECES_AT_MOST = 10
const ANSWER_BYTES = 1024 * 1024
/** Characters of events, each as often as the pattern has characters, that are looked at before others have their turn, and in one call. */
const CHARACTERS_AT_ONCE = 8 * 1024 * 1024
const CHARACTERS_AT_MOST = 512 * 1024 * 1024

export const FilterLogEvents = operation(FilterLogEventsCommand, {
  access: onGroup,
  async handle(input, context) {
    const { logStreamNames, logStreamNamePrefix, limit = EVENTS_AT_MOST, filterPattern = "" } = input
    if (logStreamNames !== undefined && logStreamNamePrefix !== undefined)
      throw invalidParameter("logStreamNames and logStreamNamePrefix cannot be specified at the same time.")
    const matches = compilePattern(filterPattern)
    const group = await getGroup(context.store, groupOf(input, context))
    const list = `logs.events ${group.id}`
    const names = createNames()
    const asked = await context.store.read((tx) => streamsOf(tx, group, logStreamNames))
    const span = spanOf(group, asked, input, context, list)

    const found: FilteredLogEvent[] = []
    let bytes = 0
    let looked = 0
    let total = 0
    let place: Place | undefined
    for (let piece = 0; piece < PIECES_AT_MOST; piece++) {
      const { page, isLast } = await context.store.read(async (tx) => {
        const { events, isLast } = await readPage(tx, span, { limit: SCANNED_AT_ONCE, fromEnd: false })
        return { page: await named(tx, events, names, asked), isLast }
      })
      for (const [at, { event, logStreamName }] of page.entries()) {
        span.from = event
        if (logStreamName === undefined || !logStreamName.startsWith(logStreamNamePrefix ?? "")) continue
        looked += event.message.length * filterPattern.length
        if (looked > CHARACTERS_AT_ONCE) {
          total += looked
          looked = 0
          await new Promise((resolve) => setImmediate(resolve))
        }
        if (!matches(event.message)) {
          if (total > CHARACTERS_AT_MOST) return answer(found, event)
          continue
        }
        found.push(show(event, logStreamName))
        bytes += event.message.length
        const isAtEnd = isLast && at === page.length - 1
        if (!isAtEnd && (found.length === limit || bytes > ANSWER_BYTES)) return answer(found, event)
      }
      place = isLast ? undefined : span.from
      if (isLast) break
    }
    return answer(found, place)

    function answer(events: FilteredLogEvent[], next: Place | undefined) {
      const nextToken = next && formatToken(context.masterKey, list, formatEventId(next))
      return { events, searchedLogStreams: [], ...(nextToken !== undefined && { nextToken }) }
    }
  },
})

/** The streams that were asked for, by their ids; undefined where it is all of them. */
async function streamsOf(
  tx: Reading,
  group: Group,
  names: readonly string[] | undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (names === undefined) return undefined
  const streams = new Map<string, string>()
  for (const name of names) streams.set((await getStream(tx, group, name)).id, name)
  return streams
}

function spanOf(
  group: Group,
  asked: ReadonlyMap<string, string> | undefined,
  input: { startTime?: number | undefined; endTime?: number | undefined; nextToken?: string | undefined },
  { masterKey, clock }: CallContext,
  list: string,
): Span {
  const [only, ...others] = asked?.keys() ?? []
  const of: Span["of"] =
    only !== undefined && others.length === 0 ? { column: "stream_id", id: only } : { column: "group_id", id: group.id }
  let from = before(Math.max(input.startTime ?? 0, oldestKept(group, clock.now())))
  if (input.nextToken !== undefined) {
    const place = parseEventId(parseToken(masterKey, list, input.nextToken) ?? "")
    if (!place) throw invalidToken()
    from = place
  }
  // Here an event of the end time itself is among them: API Reference, FilterLogEvents.
  return { of, from, to: after(input.endTime ?? Number.MAX_SAFE_INTEGER) }
}

/** Events with the names of their streams; undefined of a stream that was not asked for, or that is being removed. */
async function named(
  tx: Reading,
  events: readonly StoredEvent[],
  names: Names,
  asked: ReadonlyMap<string, string> | undefined,
): Promise<{ event: StoredEvent; logStreamName: string | undefined }[]> {
  const page = []
  for (const event of events) {
    const { streamId } = event
    page.push({ event, logStreamName: asked ? asked.get(streamId) : await names.find(tx, streamId) })
  }
  return page
}

interface Names {
  find(tx: Reading, id: string): Promise<string | undefined>
}

function createNames(): Names {
  const known = new Map<string, string | undefined>()
  return {
    async find(tx, id) {
      if (!known.has(id)) known.set(id, await findStreamName(tx, id))
      return known.get(id)
    },
  }
}

const show = (event: StoredEvent, logStreamName: string): FilteredLogEvent => ({
  logStreamName,
  timestamp: event.time,
  message: event.message,
  ingestionTime: event.ingested,
  eventId: formatEventId(event),
})
