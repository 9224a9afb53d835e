import type { Clock } from "../base/clock.ts"
import { randomUUID } from "../base/random.ts"
import type { Store, Writing } from "../store/store.ts"
import { type GivenUp, listGivenUp, retryGivenUp } from "./given-up.ts"
import type { NewJob, Workers } from "./job.ts"
import { enqueueJob, type JobName } from "./queue.ts"
import { type Runner, startRunner } from "./runner.ts"
import { createHastened } from "./slots.ts"

const LEASE_MILLISECONDS = 30_000
const LISTED_AT_MOST = 100

/** What a handler may ask of the work in the background. */
export interface Enqueuing {
  /** Part of the transaction: the job is there exactly when what it is for is. This node begins it at the commit. */
  enqueue(tx: Writing, job: NewJob): Promise<void>
  /**
   * Resolves when a piece of a job that was just enqueued has been done; at once where this node cannot begin it now. What
   * is small is then done when its caller is answered, and what is large is under way.
   */
  firstPiece(kind: string, key: string): Promise<void>
  /**
   * Begins a job that waits as if it were due, on this node; one that this node is at, it begins again when that has ended. Nothing
   * is written for it: what another node is at, and what is not there, is left alone.
   */
  hasten(job: JobName): void
}

/** Durable work in the background: what takes long, what comes later, and what must not be lost. */
export interface Work extends Enqueuing {
  /** Does the jobs of these kinds from now on, on this node. */
  start<D>(workers: Workers<D>, deps: D): Promise<void>
  /** Resolves when no piece is under way; what is not done is done after the next start, or by another node. */
  stop(): Promise<void>
  /** Stops until `resume`: what is enqueued meanwhile waits. On this node alone. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Tells that the clock was set. */
  clockMoved(): Promise<void>
  /** Resolves when nothing is due by the clock and nothing is under way, on any node; false at once while it is paused. */
  idle(): Promise<boolean>
  /** The jobs that were given up, and how pieces of work have ended on this node since its start. */
  describe(): Promise<{ givenUp: GivenUp[]; ends: Readonly<Record<string, number>> }>
  /** Tries what was given up again; how many. */
  retry(): Promise<number>
}

export interface WorkOptions {
  store: Store
  clock: Clock
  leaseMilliseconds?: number
  /** Told of what pieces throw. */
  onFault(error: unknown): void
}

export function createWork({ store, clock, leaseMilliseconds = LEASE_MILLISECONDS, onFault }: WorkOptions): Work {
  const owner = randomUUID()
  const ends: Record<string, number> = {}
  // Of what comes while it is paused, too.
  const hastened = createHastened()
  let runner: Runner | undefined
  let begin: (() => Promise<Runner>) | undefined
  const look = () => runner?.look()
  async function pause(): Promise<void> {
    const stopped = runner
    runner = undefined
    await stopped?.stop()
  }
  return {
    async enqueue(tx, job) {
      await enqueueJob(tx, job, clock.now())
      tx.afterCommit(look)
    },
    hasten(job) {
      hastened.add(job)
      look()
    },
    firstPiece: async (kind, key) => runner?.firstPiece({ kind, key }),
    async start(workers, deps) {
      const onEnd = (kind: string, end: string) => {
        const name = `kind="${kind}",end="${end}"`
        ends[name] = (ends[name] ?? 0) + 1
      }
      begin = () => startRunner({ store, clock, owner, workers, deps, hastened, leaseMilliseconds, onFault, onEnd })
      runner = await begin()
    },
    async stop() {
      begin = undefined
      await pause()
    },
    pause,
    async resume() {
      runner ??= await begin?.()
    },
    clockMoved: async () => runner?.clockMoved(),
    async idle() {
      const idling = runner
      await idling?.idle()
      return idling !== undefined
    },
    describe: async () => ({ givenUp: await store.read((tx) => listGivenUp(tx, LISTED_AT_MOST)), ends }),
    async retry() {
      const retried = await store.transact((tx) => retryGivenUp(tx, clock.now(), LISTED_AT_MOST))
      look()
      return retried
    },
  }
}
