import type { Deps } from "../../../../call.ts"
import type { Reading, Writing } from "../../../../store/store.ts"
import { WireError } from "../../../../wire/errors.ts"
import { done, type Job, type Outcome, type Worker } from "../../../../work/job.ts"
import { parseFunctionName } from "../../functions/name.ts"
import { executionActor } from "../../invocations/runnable-function.ts"
import { find } from "../../invocations/target.ts"
import { isPolled, readMapping } from "../record.ts"
import { PROBLEMS } from "../results.ts"
import { enqueueTending, type Polled } from "./jobs.ts"
import { commit, type Lane, pause, Stale } from "./lane.ts"
import { readPoller } from "./pollers.ts"
import { readProgress } from "./progress.ts"
import { readOn } from "./read-on.ts"
import { endRest } from "./waking.ts"

/** After so long it is looked again whether a source can be read that could not. */
const TROUBLE_MILLISECONDS = 10_000

/**
 * Hands on the records of one lane of a shard, a batch for each piece. How far it has come is written when the function has answered, and by
 * whoever has the job alone: a batch whose node died is invoked with again.
 */
export const pollWork: Worker<Deps> = {
  atOnce: 128,
  // What is read for a mapping is read for as long as the mapping is there.
  attempts: Number.MAX_SAFE_INTEGER,
  inLanes: true,
  async run(job, deps) {
    endRest(deps, job.key)
    const polled = job.body as Polled
    const found = await deps.store.read((tx) => readAll(tx, polled))
    if (!found) return done
    try {
      return await goOn(job, deps, { ...found, number: polled.lane })
    } catch (error) {
      // The lanes were changed meanwhile, or the mapping is gone: others begin where this one stood.
      if (error instanceof Stale) return done
      throw error
    }
  },
}

type Found = Pick<Lane, "mapping" | "poller" | "progress" | "number">

async function goOn(job: Job, deps: Deps, found: Found): Promise<Outcome> {
  const { mapping, progress } = found
  if ((progress.waitUntil ?? 0) > deps.clock.now()) return pause(deps, job, progress.waitUntil!)
  const trouble = async (result: string, also?: (tx: Writing) => Promise<void>) => {
    await commit({ ...found, job, deps }, progress, { result, ...(also && { also }) })
    return pause(deps, job, deps.clock.now() + TROUBLE_MILLISECONDS)
  }
  const target = await find(deps, parseFunctionName(mapping.functionArn, mapping))
  if (!target) return trouble(PROBLEMS.noFunction)
  const { source } = mapping.body
  const roleArn = target.body.configuration.Role!
  const opening = await deps.peers.openLog(source.arn, executionActor(target.record, roleArn))
  if (opening.is === "missing") return trouble(PROBLEMS.noSource)
  if (opening.is === "denied") return trouble(PROBLEMS.noAccess(source))
  const frame = { shardId: found.poller.shard, sourceArn: source.arn, region: mapping.region, roleArn }
  try {
    return await readOn({ ...found, job, deps, target, log: opening.log, frame })
  } catch (error) {
    // Records that cannot be decrypted, say; or a shard that is there no more, whose children are read then.
    if (error instanceof WireError)
      return trouble(`PROBLEM: ${error.message}`, (tx) => enqueueTending(deps.work, tx, mapping))
    throw error
  }
}

async function readAll(tx: Reading, polled: Polled): Promise<Omit<Found, "number"> | undefined> {
  const mapping = await readMapping(tx, polled, polled.uuid)
  const poller = await readPoller(tx, polled.uuid, polled.shard)
  if (!mapping || !poller || !isPolled(mapping) || poller.status !== "reading" || polled.lane >= poller.lanes)
    return undefined
  const progress = await readProgress(tx, poller, polled.lane)
  return progress && !progress.isOver ? { mapping, poller, progress } : undefined
}
