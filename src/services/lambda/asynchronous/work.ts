import type { Deps } from "../../../call.ts"
import { again, done, type Job, later, type Outcome, type Worker } from "../../../work/job.ts"
import { functionArn } from "../arns.ts"
import { deliver, Undelivered } from "../destinations/deliver.ts"
import { LATEST_NAME } from "../functions/record.ts"
import type { Target } from "../functions/runnable.ts"
import { descend, isRecursive } from "../invocations/lineage.ts"
import { run } from "../invocations/run.ts"
import { find } from "../invocations/target.ts"
import type { Event } from "./event.ts"
import { deliveriesOf, type Result } from "./results.ts"
import { type EventSettings, findSettings } from "./settings.ts"

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Developer Guide, "Asynchronous invocation": one minute before the first retry, two before the second. */
const RETRY_MILLISECONDS = [MINUTE, 2 * MINUTE]
const RETRIES = 2
const AGE_SECONDS = 6 * 60 * 60
/** What could not be run or delivered comes again after a second, and at the longest after five minutes. */
const LONGEST_BACKOFF_MILLISECONDS = 5 * MINUTE

/** Some six hours of them. */
const DELIVERIES_AT_MOST = 80

/** Runs functions for the events that were accepted for them, each in its turn. */
export const eventWork: Worker<Deps> = {
  atOnce: 64,
  inLanes: true,
  async run(job, deps) {
    const event = job.body as Event
    if (event.deliveries) return deliverNext(event, deps)
    const { account, region, name, qualifier } = event
    const address = { account, region, name, ...(qualifier !== undefined && { qualifier }) }
    const target = await find(deps, address)
    // Events of a function that was deleted are dropped.
    if (target?.record.id !== event.functionId) return done
    const settings = (await findSettings(deps.store, event.functionId, qualifier ?? LATEST_NAME)) ?? NO_SETTINGS
    const conclude = (result: Result) => {
      const deliveries = deliveriesOf({ event, target, settings, result, now: deps.clock.now() })
      return deliveries.length === 0 ? done : again({ ...event, deliveries, throttles: 0 } satisfies Event)
    }
    const descent = descend(event.traceId, target.record)
    if (isRecursive(descent, target.record)) return conclude({ is: "RecursiveLoop" })
    const age = deps.clock.now() - event.acceptedAt
    if (age > (settings.maximumEventAgeInSeconds ?? AGE_SECONDS) * SECOND) return conclude({ is: "EventAgeExceeded" })
    if (target.record.body.reservedConcurrency === 0) return conclude({ is: "ZeroReservedConcurrency" })
    return attempt({ event, target, settings, job, deps, conclude, traceId: descent.traceId })
  },
}

const NO_SETTINGS: EventSettings = { lastModified: 0 }

interface Attempt {
  event: Event
  target: Target
  settings: EventSettings
  job: Job
  deps: Deps
  conclude(result: Result): Outcome
  /** As the function gets it. */
  traceId: string
}

async function attempt({ event, target, settings, job, deps, conclude, traceId }: Attempt): Promise<Outcome> {
  const { account, region, name, qualifier, requestId } = event
  const running = run(deps, target, {
    requestId,
    traceId,
    invokedFunctionArn: functionArn({ account, region, name }, qualifier),
    payload: Buffer.from(event.payload),
  })
  const ending = await unlessAborted(running, job.signal)
  const now = deps.clock.now()
  // What this machine could not do it may do later, or another node may.
  if (ending.is === "throttled" || ending.is === "notRun")
    return later(now + backoff(event.throttles), { ...event, throttles: event.throttles + 1 } satisfies Event)
  const attempts = event.attempts + 1
  if (ending.is === "answered") return conclude({ is: "Success", attempts, payload: ending.payload })
  if (event.attempts >= (settings.maximumRetryAttempts ?? RETRIES))
    return conclude({ is: "RetriesExhausted", attempts, payload: ending.payload })
  return later(now + RETRY_MILLISECONDS[event.attempts]!, { ...event, attempts, throttles: 0 } satisfies Event)
}

const backoff = (throttles: number): number =>
  Math.min(SECOND * 2 ** Math.min(throttles, 16), LONGEST_BACKOFF_MILLISECONDS)

/** A server that stops does not wait for a function: the event is taken up again, by this node or another. */
function unlessAborted<T>(running: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("The server stops.")), { once: true })
  })
  // Whichever of the two comes second is heard by nobody.
  running.catch(() => {})
  return Promise.race([running, aborted])
}

/** One of them, in the order of their list. What cannot be reached is tried again; who refuses it is not asked twice. */
async function deliverNext(event: Event, deps: Deps): Promise<Outcome> {
  const [next, ...others] = event.deliveries!
  if (!next) return done
  const target = await find(deps, { account: event.account, region: event.region, name: event.name })
  if (target?.record.id !== event.functionId) return done
  try {
    await deliver(next, { target, traceId: descend(event.traceId, target.record).traceId }, deps)
  } catch (error) {
    // At last it is given up, which the list of what was given up shows.
    if (!(error instanceof Undelivered) || event.throttles >= DELIVERIES_AT_MOST) throw error
    const due = deps.clock.now() + backoff(event.throttles)
    return later(due, { ...event, throttles: event.throttles + 1 } satisfies Event)
  }
  return others.length === 0 ? done : again({ ...event, deliveries: others, throttles: 0 } satisfies Event)
}
