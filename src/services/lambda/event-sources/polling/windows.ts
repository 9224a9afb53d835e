import type { Gathered } from "./gather.ts"
import type { OpenWindow, Progress } from "./progress.ts"

/** Tumbling windows: spans of equal length, one behind the other, in which a function hands its state on to itself. */

/** Of a state; what is larger ends its window early (Developer Guide, "Implementing stateful Kinesis Data Streams processing in Lambda"). */
const STATE_BYTES = 1024 * 1024

/** Where the window begins that a moment is in, all in milliseconds since the epoch. */
export const windowStart = (time: number, seconds: number): number =>
  Math.floor(time / (seconds * 1000)) * seconds * 1000

export const windowEnd = ({ start }: Pick<OpenWindow, "start">, seconds: number): number => start + seconds * 1000

/** The window that a record of this time goes to: one that is open is never left for an earlier one. */
export function windowFor(progress: Progress, time: number, seconds: number): OpenWindow {
  const start = windowStart(time, seconds)
  const { window } = progress
  return window && window.start >= start ? window : { start, state: "{}" }
}

/** The window as the next invocation finds it. */
export const nextWindow = ({ start }: OpenWindow, state: string): OpenWindow => ({
  start,
  state,
  ...(Buffer.byteLength(state) > STATE_BYTES && { isCutShort: true as const }),
})

/** Why a window has an invocation of its own, without records: it is over, or its state is too large. Undefined where it has none yet. */
export function closing(
  progress: Progress,
  seconds: number,
  { now, nextRecordAt, stop }: { now: number; nextRecordAt: number | undefined; stop: Gathered["stop"] },
): "final" | "cut short" | undefined {
  const { window } = progress
  if (!window || seconds === 0) return undefined
  if (window.isCutShort) return "cut short"
  if (progress.failed.length > 0) return undefined
  const end = windowEnd(window, seconds)
  const isPast =
    nextRecordAt === undefined
      ? stop === "over" || (stop === "end" && now >= end)
      : windowStart(nextRecordAt, seconds) > window.start
  return isPast ? "final" : undefined
}
