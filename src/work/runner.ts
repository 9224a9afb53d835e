import type { Clock } from "../base/clock.ts"
import { isStoreError } from "../store/errors.ts"
import type { Reading, Store } from "../store/store.ts"
import type { Workers } from "./job.ts"
import { createLanes } from "./lanes.ts"
import { doPieces, type End, LONGEST_PAUSE_MILLISECONDS } from "./pieces.ts"
import {
  type Claim,
  type Claimed,
  claimJob,
  type Due,
  ensureJob,
  findNextDue,
  findWaiting,
  isAnyDue,
  type JobName,
  listDue,
  listDueOf,
  pullForward,
  pullRetriesForward,
  renewLease,
} from "./queue.ts"
import { createExpected, createSlots, type Hastened } from "./slots.ts"

const AT_ONCE = 4
const CLAIMED_AT_ONCE = 64
/** What another node enqueues, and what one that died had claimed, is seen so soon. */
const POLL_MILLISECONDS = 1_000
/** A machine that slept, or whose clock was set, looks again after so long, whatever it had planned. */
const LONGEST_WAIT_MILLISECONDS = 60_000
/** How long a stopping server waits for the pieces that are under way. */
const STOP_MILLISECONDS = 10_000

export interface RunnerOptions<D> {
  store: Store
  clock: Clock
  /** Names this process among those that share the database. */
  owner: string
  workers: Workers<D>
  deps: D
  /** Those that are to begin before their time. */
  hastened: Hastened
  leaseMilliseconds: number
  onFault(error: unknown): void
  onEnd(kind: string, end: End): void
}

export interface Runner {
  /** Something may have come due. */
  look(): void
  /** What is due relative to the present is brought back to it where the clock was set back. */
  clockMoved(): Promise<void>
  /** Resolves when nothing is due, here or on another node. */
  idle(): Promise<void>
  /** Resolves when a piece of the job has been done, or at once where this node does not begin it now. */
  firstPiece(job: JobName): Promise<void>
  stop(): Promise<void>
}

/** Claims what is due and does it. Its timer is the only one that work in the background has. */
export async function startRunner<D>(options: RunnerOptions<D>): Promise<Runner> {
  const { store, clock, workers, owner, hastened, onFault } = options
  const find = (kind: string) => (Object.hasOwn(workers, kind) ? workers[kind] : undefined)
  const slots = createSlots((kind) => {
    const worker = find(kind)
    return { atOnce: worker ? (worker.atOnce ?? AT_ONCE) : 0, inLanes: worker?.inLanes ?? false }
  })
  const lanes = createLanes(slots)
  const leaseMilliseconds = store.isShared ? options.leaseMilliseconds : 0
  const stopping = new AbortController()
  const running = new Map<Claimed, Promise<void>>()
  const idlers: (() => void)[] = []
  const expected = createExpected()
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  let isLooking = false
  let isAskedAgain = false
  let renewedAt = clock.now()

  const claim = (): Claim => ({ owner, now: clock.now(), leaseMilliseconds })

  function look(): void {
    isAskedAgain = true
    if (isLooking || stopping.signal.aborted) return
    isLooking = true
    round = lookUntilNothingIsAsked()
  }

  async function lookUntilNothingIsAsked(): Promise<void> {
    while (isAskedAgain && !stopping.signal.aborted) {
      isAskedAgain = false
      clearTimeout(timer)
      let wait = POLL_MILLISECONDS
      // Who comes after this waits for the next round, which sees what they have enqueued.
      const expectations = expected.list()
      try {
        await renew()
        wait = waitUntil(await beginDue())
        if (idlers.length > 0 && (await isIdle())) for (const idler of idlers.splice(0)) idler()
      } catch (error) {
        report(error)
      }
      expected.forget(expectations.filter((job) => !slots.holds(job)))
      clearTimeout(timer)
      timer = setTimeout(look, wait)
      timer.unref()
    }
    isLooking = false
  }

  /** A database that is out of reach is told of by the requests that meet it; the next round may find it. */
  function report(error: unknown): void {
    if (!stopping.signal.aborted && !isStoreError(error, "unavailable")) onFault(error)
  }

  async function renew(): Promise<void> {
    const now = clock.now()
    if (running.size === 0 || Math.abs(now - renewedAt) < leaseMilliseconds / 3 || leaseMilliseconds === 0) return
    renewedAt = now
    await store.transact(async (tx) => {
      for (const job of running.keys()) await renewLease(tx, job, claim())
    })
  }

  /** When the next job comes due after those that are begun now. */
  async function beginDue(): Promise<number | undefined> {
    const limit = CLAIMED_AT_ONCE + slots.size
    const [due, next] = await store.read(async (tx) => {
      const present = claim()
      return [
        [...(await early(tx)), ...(await listDue(tx, present, limit))],
        await findNextDue(tx, present.now),
      ] as const
    })
    await begin(due.length >= limit ? [...due, ...(await listBehind())] : due)
    return next
  }

  /** Those that are hastened and can begin now. What this node is at comes when that has ended. */
  async function early(tx: Reading): Promise<Due[]> {
    const found: Due[] = []
    for (const job of hastened.list()) {
      if (slots.holds(job)) continue
      const waiting = await findWaiting(tx, job, claim())
      if (waiting) found.push(waiting)
      else hastened.forget(job)
    }
    return found
  }

  /** Kinds that have room, and whose jobs stand in the queue behind too many of kinds that have none. */
  const listBehind = (): Promise<Due[]> =>
    store.read(async (tx) => {
      const jobs: Due[] = []
      for (const [kind, { inLanes }] of Object.entries(workers))
        if (slots.hasRoom(kind))
          jobs.push(
            ...(await (inLanes ? lanes.list(tx, kind, claim()) : listDueOf(tx, kind, claim(), CLAIMED_AT_ONCE))),
          )
      return jobs
    })

  async function begin(candidates: readonly Due[]): Promise<void> {
    const wanted: Due[] = []
    const open = candidates.filter((job) => !slots.holds(job))
    for (const job of lanes.inTurns(open)) {
      // What was found by its kind or lane too stands there twice.
      if (slots.holds(job) || !slots.hasRoomFor(job)) continue
      slots.take(job)
      wanted.push(job)
    }
    if (wanted.length === 0) return
    let claimed: Claimed[] = []
    try {
      claimed = await store.transact(async (tx) => {
        const ours: Claimed[] = []
        for (const job of wanted) {
          const latest = hastened.has(job) ? Number.MAX_SAFE_INTEGER : undefined
          ours.push(...[await claimJob(tx, job, claim(), latest)].filter((one) => one !== undefined))
        }
        return ours
      })
    } finally {
      const isClaimed = (job: Due) => claimed.some(({ kind, key }) => kind === job.kind && key === job.key)
      for (const job of wanted)
        if (!isClaimed(job)) {
          slots.leave(job)
          hastened.forget(job)
        }
    }
    for (const job of claimed) running.set(job, work(job))
  }

  async function work(job: Claimed): Promise<void> {
    const parts = {
      ...options,
      leaseMilliseconds,
      signal: stopping.signal,
      // What it was hastened for it sees.
      onBegin: () => hastened.forget(job),
      onPiece: () => expected.meet(job),
    }
    try {
      options.onEnd(job.kind, await doPieces(job, find(job.kind)!, parts))
    } catch (error) {
      // How it ended could not be written down: it is claimed again when its lease has run out.
      report(error)
    } finally {
      expected.meet(job)
      slots.leave(job)
      running.delete(job)
      look()
    }
  }

  /** Of what is due some may be under way on another node. */
  const isIdle = async (): Promise<boolean> =>
    running.size + hastened.size === 0 && !(await store.read((tx) => isAnyDue(tx, Object.keys(workers), clock.now())))

  function waitUntil(next: number | undefined): number {
    const untilNext = next === undefined ? LONGEST_WAIT_MILLISECONDS : Math.max(next - clock.now(), 0)
    return Math.min(untilNext, store.isShared ? POLL_MILLISECONDS : LONGEST_WAIT_MILLISECONDS)
  }

  async function clockMoved(): Promise<void> {
    const now = clock.now()
    await store.transact(async (tx) => {
      for (const [kind, { everyMilliseconds }] of Object.entries(workers)) {
        if (everyMilliseconds === undefined) continue
        await ensureJob(tx, kind, now + everyMilliseconds)
        await pullForward(tx, kind, now + everyMilliseconds)
      }
      await pullRetriesForward(tx, now + LONGEST_PAUSE_MILLISECONDS)
    })
    look()
  }

  await clockMoved()
  return {
    look,
    clockMoved,
    idle() {
      const waiting = new Promise<void>((resolve) => idlers.push(resolve))
      look()
      return waiting
    },
    firstPiece(job) {
      const met = expected.wait(job)
      look()
      return met
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await round
      for (const idler of idlers.splice(0)) idler()
      expected.forget(expected.list())
      const limit = Promise.withResolvers<void>()
      const patience = setTimeout(limit.resolve, STOP_MILLISECONDS)
      await Promise.race([Promise.all(running.values()), limit.promise])
      clearTimeout(patience)
    },
  }
}
