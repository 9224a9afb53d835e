import type { Position } from "../../../../records/positions.ts"
import type { Settings } from "../settings.ts"
import type { FailedRange, Progress } from "./progress.ts"

/** An invocation that took place. */
export interface Attempt {
  /** Of the records of the batch, in their order. */
  positions: readonly Position[]
  /** Where the batch ends: behind its last record, and behind those that were passed over. */
  end: Position
  requestId: string
  executedVersion: string
  /** `from`: the index of the first record that is to be tried again. */
  outcome: { is: "done" } | { is: "failed"; from: number; isReported: boolean }
}

export interface Advanced {
  progress: Progress
  /** What is not tried any more: the batch from the index on. */
  discarded?: { from: number; range: FailedRange }
}

export type RetrySettings = Pick<Settings, "BisectBatchOnFunctionError" | "MaximumRetryAttempts">

/**
 * What comes after an invocation (Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source in Lambda"): what is
 * done is behind it; what failed is tried again, by halves where the mapping says so, which does not count as a retry.
 */
export function advance(progress: Progress, attempt: Attempt, settings: RetrySettings, now: number): Advanced {
  const { positions, end, outcome } = attempt
  const { failed, waitUntil: _, throttles: __, ...kept } = progress
  const current = failed[0]
  // A batch that has become smaller since it failed leaves a rest behind it.
  const others = current && end < current.end ? failed : failed.slice(1)
  if (outcome.is === "done") return { progress: { ...kept, position: end, failed: others } }
  const { from, isReported } = outcome
  const range: FailedRange = {
    end,
    retries: current?.retries ?? 0,
    invocations: (current?.invocations ?? 0) + 1,
    requestId: attempt.requestId,
    executedVersion: attempt.executedVersion,
    isReported,
  }
  const position = positions[from]!
  if (settings.BisectBatchOnFunctionError) {
    // What the function named is where the batch is cut.
    if (from > 0) return { progress: { ...kept, position, failed: [range, ...others] } }
    const middle = positions[Math.ceil(positions.length / 2)]
    if (middle !== undefined)
      return { progress: { ...kept, position, failed: [{ ...range, end: middle }, range, ...others] } }
  }
  const { MaximumRetryAttempts: most = -1 } = settings
  if (most >= 0 && range.retries >= most)
    return { progress: { ...kept, position: end, failed: others }, discarded: { from, range } }
  const retried = { ...range, retries: range.retries + 1 }
  return { progress: { ...kept, position, failed: [retried, ...others], waitUntil: now + pauseOf(retried.retries) } }
}

const FIRST_PAUSE_MILLISECONDS = 250
const LONGEST_PAUSE_MILLISECONDS = 60_000

/** AWS does not tell how long it waits; what keeps failing is asked once a minute. */
export const pauseOf = (tries: number): number =>
  Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** Math.min(tries - 1, 16), LONGEST_PAUSE_MILLISECONDS)
