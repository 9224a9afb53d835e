import { randomUUID } from "../../../../base/random.ts"
import { again, type Outcome } from "../../../../work/job.ts"
import { INVOCATION_BYTES } from "../../body-limits.ts"
import { versionName } from "../../functions/record.ts"
import { OK, PROBLEMS } from "../results.ts"
import { type Attempt, advance, pauseOf } from "./advance.ts"
import { readReport, readState } from "./answers.ts"
import { tellDiscarded } from "./discard.ts"
import { eventText, sequenceNumberOf, type WindowFrame } from "./event.ts"
import type { Gathered, Taken } from "./gather.ts"
import { type Invoked, invoke } from "./invoke.ts"
import { commit, type OpenLane, pause } from "./lane.ts"
import { withoutPast } from "./lanes.ts"
import type { OpenWindow } from "./progress.ts"
import { nextWindow, windowEnd, windowFor } from "./windows.ts"

/** Invokes the function with a batch, and writes down what it made of it. */
export async function handOver(lane: OpenLane, { taken, next }: Gathered): Promise<Outcome> {
  const { deps, job, mapping, progress, frame, target } = lane
  const { settings } = mapping.body
  const seconds = settings.TumblingWindowInSeconds ?? 0
  const window = seconds > 0 ? windowFor(progress, taken[0]!.entry.at, seconds) : undefined
  const texts = taken.map(({ text }) => text)
  const event = eventText(texts, frame, window && frameOf(window, seconds, { isFinal: false }))
  // A record that no event can hold fails as a function does that cannot take it.
  const invoked: Invoked =
    Buffer.byteLength(event) > INVOCATION_BYTES
      ? { is: "failed", requestId: randomUUID(), executedVersion: versionName(target.version) }
      : await invoke(lane, event)
  if (invoked.is === "notRun") return tryLater(lane)
  const state = invoked.is === "answered" && window ? readState(invoked.answer) : undefined
  const attempt: Attempt = {
    positions: taken.map(({ entry }) => entry.position),
    end: next,
    requestId: invoked.requestId,
    executedVersion: invoked.executedVersion,
    outcome: invoked.is === "answered" && (!window || state !== undefined) ? told(lane, taken, invoked) : FAILED,
  }
  const advanced = advance(progress, attempt, settings, deps.clock.now())
  const { discarded } = advanced
  const isForward = attempt.outcome.is === "done" || attempt.outcome.from > 0
  const moved = withoutPast({
    ...advanced.progress,
    ...(window && { window: isForward && state !== undefined ? nextWindow(window, state) : window }),
  })
  await commit(lane, moved, {
    result: attempt.outcome.is === "done" ? OK : PROBLEMS.functionFailed,
    async also(tx) {
      if (!discarded) return
      const { from, range } = discarded
      await tellDiscarded(lane, tx, taken.slice(from), { why: "RetryAttemptsExhausted", range })
    },
  })
  return moved.waitUntil === undefined ? again() : pause(deps, job, moved.waitUntil)
}

const FAILED: Attempt["outcome"] = { is: "failed", from: 0, isReported: false }

/** By the function's own account, where the mapping lets it give one. */
function told({ mapping }: OpenLane, taken: readonly Taken[], { answer }: { answer: string }): Attempt["outcome"] {
  if (!mapping.body.settings.FunctionResponseTypes?.includes("ReportBatchItemFailures")) return { is: "done" }
  const report = readReport(
    answer,
    taken.map(({ entry }) => sequenceNumberOf(entry.event)),
  )
  return report.is === "done" ? report : { ...report, isReported: true }
}

const frameOf = (window: OpenWindow, seconds: number, { isFinal }: Pick<WindowFrame, "isFinal">): WindowFrame => ({
  start: window.start,
  end: windowEnd(window, seconds),
  state: window.state,
  isFinal,
  isCutShort: window.isCutShort === true,
})

/** Nothing goes on before it has succeeded. */
async function tryLater(lane: OpenLane): Promise<Outcome> {
  const { deps, job, progress } = lane
  const throttles = (progress.throttles ?? 0) + 1
  const waitUntil = deps.clock.now() + pauseOf(throttles)
  await commit(lane, { ...progress, throttles, waitUntil }, { result: PROBLEMS.functionFailed })
  return pause(deps, job, waitUntil)
}

/**
 * Invokes the function with a window's state and without records: because the window is over, or because its state has grown too large; then the
 * window goes on with a new one. UNVERIFIED: that these invocations have no records.
 */
export async function closeWindow(lane: OpenLane, why: "final" | "cut short"): Promise<Outcome> {
  const { mapping, frame, progress } = lane
  const { window, waitUntil: _, throttles: __, ...kept } = progress
  const seconds = mapping.body.settings.TumblingWindowInSeconds!
  const invoked = await invoke(lane, eventText([], frame, frameOf(window!, seconds, { isFinal: why === "final" })))
  if (invoked.is !== "answered") return tryLater(lane)
  await commit(
    lane,
    { ...kept, ...(why === "cut short" && { window: { start: window!.start, state: "{}" } }) },
    { result: OK },
  )
  return again()
}
