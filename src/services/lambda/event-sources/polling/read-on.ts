import { again, type Outcome } from "../../../../work/job.ts"
import { INVOCATION_BYTES } from "../../body-limits.ts"
import { type Criteria, criteriaOf } from "../filters/criteria.ts"
import { patternsOf } from "../filters/customer-key.ts"
import { discardOld } from "./discard.ts"
import { endLane } from "./end-lane.ts"
import { recordText } from "./event.ts"
import { type Gathered, gather, type Taken } from "./gather.ts"
import { closeWindow, handOver } from "./hand-over.ts"
import { commit, idle, type OpenLane, pause } from "./lane.ts"
import { isDoneBefore, laneOf, withoutPast } from "./lanes.ts"
import type { Progress } from "./progress.ts"
import { closing, windowEnd, windowFor, windowStart } from "./windows.ts"

/** Of what stands around the records. */
const FRAME_BYTES = 1_024
const SECOND = 1_000

/** One batch: read, held against the filters, handed to the function, and written down. */
export async function readOn(lane: OpenLane): Promise<Outcome> {
  const { deps, mapping, progress } = lane
  const { settings } = mapping.body
  const seconds = settings.TumblingWindowInSeconds ?? 0
  const now = deps.clock.now()
  const gathered = await gatherFor(lane, criteriaOf(await patternsOf(deps, mapping)))
  const { taken, next, stop } = gathered
  const first = taken[0]?.entry
  const close = closing(progress, seconds, { now, nextRecordAt: first?.at, stop })
  if (close) return closeWindow(lane, close)
  const tooOld = countTooOld(taken, settings.MaximumRecordAgeInSeconds ?? -1, now)
  if (tooOld > 0) return discardOld(lane, gathered, tooOld)
  if (!first) {
    const moved: Progress = { ...progress, position: next, failed: progress.failed.filter(({ end }) => end > next) }
    if (stop === "over" && moved.failed.length === 0) return endLane(lane, moved)
    if (next > progress.position || progress.before) await commit(lane, withoutPast(moved))
    if (stop === "full" || moved.failed.length > 0) return again()
    return idle(deps, seconds > 0 && progress.window ? windowEnd(progress.window, seconds) : undefined)
  }
  const window = (settings.MaximumBatchingWindowInSeconds ?? 0) * SECOND
  if (stop === "end" && progress.failed.length === 0 && now < first.at + window) {
    if (first.position > progress.position) await commit(lane, { ...progress, position: first.position })
    // Whether it is full by then is looked at as often as AWS polls.
    return pause(deps, lane.job, Math.min(first.at + window, now + SECOND))
  }
  return handOver(lane, gathered)
}

function gatherFor(
  { mapping, poller, number, progress, log, frame }: OpenLane,
  isForFunction: Criteria,
): Promise<Gathered> {
  const { settings } = mapping.body
  const { before = [], failed } = progress
  const seconds = settings.TumblingWindowInSeconds ?? 0
  return gather({
    log,
    shard: poller.shard,
    from: progress.position,
    ...(failed[0] && { until: failed[0].end }),
    count: settings.BatchSize!,
    bytes: INVOCATION_BYTES - FRAME_BYTES - Buffer.byteLength(progress.window?.state ?? ""),
    isWanted: ({ event, position }) =>
      laneOf(event, poller.lanes) === number && !isDoneBefore(before, event, position) && isForFunction(event),
    textOf: ({ event }) => recordText(event, frame),
    ...(seconds > 0 && {
      fits: (first, { at }) => windowStart(at, seconds) <= windowFor(progress, first.at, seconds).start,
    }),
  })
}

/** How many at the beginning of a batch are older than the mapping takes. */
const countTooOld = (taken: readonly Taken[], seconds: number, now: number): number => {
  if (seconds < 0) return 0
  const fresh = taken.findIndex(({ entry }) => now - entry.at <= seconds * SECOND)
  return fresh < 0 ? taken.length : fresh
}
