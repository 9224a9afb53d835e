import type { Deps } from "../../../../call.ts"
import type { OpenLog } from "../../../../peers.ts"
import type { Writing } from "../../../../store/store.ts"
import { type Job, later, type Outcome } from "../../../../work/job.ts"
import type { Target } from "../../functions/runnable.ts"
import { type Mapping, putResult } from "../record.ts"
import type { EventFrame } from "./event.ts"
import { type Poller, readPoller } from "./pollers.ts"
import { type Progress, putProgress } from "./progress.ts"
import { rest } from "./waking.ts"

/** A lane of a shard as one piece of work has it. */
export interface Lane {
  job: Job
  deps: Deps
  mapping: Mapping
  poller: Poller
  number: number
  progress: Progress
}

/** One whose source can be read and whose function can be invoked. */
export interface OpenLane extends Lane {
  target: Target
  log: OpenLog
  frame: EventFrame
}

/** What this piece set out from is no more. */
export class Stale extends Error {
  override name = "Stale"
}

export interface Also {
  /** `LastProcessingResult` */
  result?: string
  also?(tx: Writing): Promise<void>
}

/**
 * Writes how far a lane has come. The transaction fails where another node has the job, and throws Stale where the lanes are others by now:
 * nothing that was done in vain is taken for done.
 */
export async function commit(
  { job, deps, mapping, poller, number }: Omit<Lane, "progress">,
  progress: Progress,
  { result, also }: Also = {},
): Promise<void> {
  await deps.store.transact(async (tx) => {
    await job.save(tx, job.body)
    const present = await readPoller(tx, poller.mapping, poller.shard)
    // One that was switched off meanwhile goes on behind this when it is switched on again.
    if (present?.epoch !== poller.epoch) throw new Stale()
    await putProgress(tx, poller, number, progress)
    if (result !== undefined && result !== mapping.result) await putResult(tx, mapping, result)
    await also?.(tx)
  })
}

/** Waits for a time, whatever is appended meanwhile. */
export function pause(deps: Deps, job: Job, until: number): Outcome {
  rest(deps, job.key, until)
  return later(until)
}

/** Where others may close a shard without a word, that is found out so late; by itself this node hears of it. */
const IDLE_MILLISECONDS = { shared: 30_000, alone: 300_000 }

/** Waits for records, or for a time. */
export function idle({ store, clock }: Pick<Deps, "store" | "clock">, due = Number.POSITIVE_INFINITY): Outcome {
  return later(Math.min(due, clock.now() + IDLE_MILLISECONDS[store.isShared ? "shared" : "alone"]))
}
