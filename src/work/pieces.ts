import type { Clock } from "../base/clock.ts"
import { randomInt } from "../base/random.ts"
import { isStoreError } from "../store/errors.ts"
import type { Store, Writing } from "../store/store.ts"
import { giveUpJob } from "./given-up.ts"
import type { Outcome, Worker } from "./job.ts"
import { type Claimed, finishJob, postponeJob, releaseJob, saveProgress } from "./queue.ts"

const ATTEMPTS = 20
const FIRST_PAUSE_MILLISECONDS = 1_000
export const LONGEST_PAUSE_MILLISECONDS = 5 * 60_000

/** How a job that was claimed leaves this node. */
export type End = "done" | "later" | "released" | "failed" | "givenUp" | "lost"

/** Another node has the job. Never leaves this file. */
class Lost extends Error {}

export interface PieceParts<D> {
  store: Store
  clock: Clock
  deps: D
  signal: AbortSignal
  /** Who has claimed it. */
  owner: string
  leaseMilliseconds: number
  onFault(error: unknown): void
  onBegin(job: Claimed): void
  onPiece(job: Claimed): void
}

/** Does a claimed job piece by piece until it is done, due later, failed, or the server stops. */
export async function doPieces<D>(given: Claimed, worker: Worker<D>, parts: PieceParts<D>): Promise<End> {
  let job = given
  for (;;) {
    let outcome: Outcome
    try {
      parts.onBegin(given)
      const piece = await doPiece(job, worker, parts)
      job = piece.job
      outcome = piece.outcome
      parts.onPiece(given)
      if (outcome.is !== "again") return end(job, worker, parts, outcome)
      const progress = job
      if (piece.isChanged && !(await parts.store.transact((tx) => save(tx, progress, parts)))) return "lost"
    } catch (error) {
      return error instanceof Lost ? "lost" : fail(job, worker, parts, error)
    }
    // Others have their turn between two pieces.
    await new Promise((resolve) => setImmediate(resolve))
    if (parts.signal.aborted) return release(job, parts, 0)
  }
}

/** What one piece came to, the job as the next one begins, and whether that is still to be saved. */
async function doPiece<D>(job: Claimed, worker: Worker<D>, parts: PieceParts<D>) {
  const { kind, key, body, attempts } = job
  let saved = body
  const outcome = await worker.run(
    {
      kind,
      key,
      body: JSON.parse(body),
      attempt: attempts,
      signal: parts.signal,
      async save(tx, next) {
        saved = JSON.stringify(next)
        if (!(await save(tx, { ...job, body: saved }, parts))) throw new Lost()
      },
    },
    parts.deps,
  )
  const next = "body" in outcome ? JSON.stringify(outcome.body) : saved
  const isChanged = next !== saved || (saved === body && attempts > 1)
  return { outcome, isChanged, job: { ...job, body: next, attempts: 1 } }
}

const save = <D>(tx: Writing, job: Claimed, { owner, clock, leaseMilliseconds }: PieceParts<D>): Promise<boolean> =>
  saveProgress(tx, job, { owner, now: clock.now(), leaseMilliseconds })

async function end<D>(
  job: Claimed,
  { everyMilliseconds }: Worker<D>,
  parts: PieceParts<D>,
  outcome: Outcome,
): Promise<End> {
  const { store, clock, owner } = parts
  if (outcome.is === "done" && everyMilliseconds === undefined) {
    await store.transact((tx) => finishJob(tx, job, owner))
    return "done"
  }
  const due = outcome.is === "later" ? outcome.dueAt : clock.now() + (everyMilliseconds ?? 0)
  await store.transact((tx) => postponeJob(tx, job, owner, due))
  return outcome.is === "later" ? "later" : "done"
}

async function fail<D>(job: Claimed, worker: Worker<D>, parts: PieceParts<D>, error: unknown): Promise<End> {
  const { store, clock, owner } = parts
  // What was broken off because the server stops has not failed.
  if (parts.signal.aborted) return release(job, parts, job.attempts - 1)
  // A database that is out of reach is told of by the requests that meet it, and is no fault of the job's.
  const isPassing = isStoreError(error, "unavailable")
  if (!isPassing) parts.onFault(error)
  const now = clock.now()
  const isLast = job.attempts >= (worker.attempts ?? ATTEMPTS)
  if (isLast && !isPassing && worker.everyMilliseconds === undefined) {
    const reason = error instanceof Error ? error.message : String(error)
    await store.transact((tx) => giveUpJob(tx, job, owner, { now, reason }))
    return "givenUp"
  }
  await store.transact((tx) => releaseJob(tx, job, owner, now + pauseOf(job.attempts), job.attempts))
  return "failed"
}

async function release<D>(job: Claimed, parts: PieceParts<D>, attempts: number): Promise<End> {
  const now = parts.clock.now()
  await parts.store.transact((tx) => releaseJob(tx, job, parts.owner, now, attempts))
  return "released"
}

/** Twice as long each time, and never the same for two that failed together. */
function pauseOf(attempts: number): number {
  const longest = Math.min(FIRST_PAUSE_MILLISECONDS * 2 ** Math.min(attempts - 1, 20), LONGEST_PAUSE_MILLISECONDS)
  return longest - randomInt(Math.floor(longest / 4))
}
