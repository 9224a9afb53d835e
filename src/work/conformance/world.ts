import { type MovableClock, movableClock, systemClock } from "../../base/clock.ts"
import type { Store } from "../../store/store.ts"
import type { Job, Outcome, Worker } from "../job.ts"
import { createWork, type Work } from "../work.ts"

export const LEASE_MILLISECONDS = 30_000
export const DAY = 24 * 60 * 60_000

/** A node with its clock. */
export interface World {
  clock: MovableClock
  work: Work
  faults: unknown[]
  /** Starts with one worker, of the kind `test`. */
  start(run: (job: Job) => Outcome | Promise<Outcome>, worker?: Partial<Worker<object>>): Promise<void>
  enqueue(key: string, body?: unknown, dueAt?: number): Promise<void>
  /** Moves the clock and waits until nothing is due. */
  advance(milliseconds: number): Promise<void>
}

export interface Worlds {
  store: Store
  /** The first node on an empty queue: those of the tests before are stopped. */
  world(): Promise<World>
  /** Another node on the same store. */
  another(clock?: MovableClock): World
  stop(): Promise<void>
}

export function createWorlds(store: Store): Worlds {
  const worlds: World[] = []
  async function stop(): Promise<void> {
    for (const one of worlds.splice(0)) await one.work.stop()
  }
  function another(clock?: MovableClock): World {
    const made = worldOf(store, clock)
    worlds.push(made)
    return made
  }
  return {
    store,
    stop,
    another,
    async world() {
      await stop()
      await store.transact(async (tx) => {
        await tx.run("DELETE FROM work_jobs")
        await tx.run("DELETE FROM work_given_up")
      })
      return another()
    },
  }
}

function worldOf(store: Store, clock = movableClock(systemClock)): World {
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const work = createWork({ store, clock, leaseMilliseconds: LEASE_MILLISECONDS, onFault })
  return {
    clock,
    work,
    faults,
    start: (run, worker) => work.start({ test: { run: async (job) => run(job), ...worker } }, {}),
    enqueue: (key, body, dueAt) =>
      store.transact((tx) => work.enqueue(tx, { kind: "test", key, body, ...(dueAt !== undefined && { dueAt }) })),
    async advance(milliseconds) {
      clock.set(clock.now() + milliseconds)
      await work.clockMoved()
      await work.idle()
    },
  }
}

export const deferred = () => Promise.withResolvers<void>()
