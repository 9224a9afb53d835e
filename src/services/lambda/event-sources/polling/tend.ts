import type { Deps } from "../../../../call.ts"
import { readerRows } from "../../../../records/removal.ts"
import type { Writing } from "../../../../store/store.ts"
import { again, done, later, type Outcome, type Worker } from "../../../../work/job.ts"
import { removeRows } from "../../../../work/removal.ts"
import { parseFunctionName } from "../../functions/name.ts"
import { executionActor } from "../../invocations/runnable-function.ts"
import { find } from "../../invocations/target.ts"
import { type Mapping, putResult, readMapping, removeMapping, stateOf, updateMapping } from "../record.ts"
import { PROBLEMS } from "../results.ts"
import type { Tended } from "./jobs.ts"
import { listPollers, putPoller, removePoller } from "./pollers.ts"
import { readerOf } from "./progress.ts"
import { followShards } from "./shards.ts"

/** After so long it is looked again whether a source can be read that could not. */
const TROUBLE_MILLISECONDS = 10_000
/** Of one mapping, in one piece. */
const ROWS_AT_ONCE = 100

/** Brings a mapping to the state that was asked for, and has the shards of its source read, parents before their children. */
export const tendWork: Worker<Deps> = {
  async run({ key: uuid, body }, deps) {
    const scope = body as Tended
    const mapping = await deps.store.read((tx) => readMapping(tx, scope, uuid))
    if (!mapping) return done
    if (stateOf(mapping) === "Deleting") return remove(deps, mapping)
    if (mapping.body.isEnabled) return follow(deps, mapping)
    return stop(deps, mapping)
  },
}

async function follow(deps: Deps, mapping: Mapping): Promise<Outcome> {
  const target = await find(deps, parseFunctionName(mapping.functionArn, mapping))
  const { source } = mapping.body
  const opening =
    target && (await deps.peers.openLog(source.arn, executionActor(target.record, target.body.configuration.Role!)))
  if (opening?.is === "opened") {
    const hasMore = await followShards(deps, mapping, opening.log)
    if (hasMore) return again()
    await settle(deps, mapping, { hasPlaces: true })
    return done
  }
  const problem = !opening
    ? PROBLEMS.noFunction
    : opening.is === "missing"
      ? PROBLEMS.noSource
      : PROBLEMS.noAccess(source)
  await settle(deps, mapping, {}, problem)
  return later(deps.clock.now() + TROUBLE_MILLISECONDS)
}

/** The lanes find out for themselves that nothing is to be read; they begin anew where it is. */
async function stop(deps: Deps, mapping: Mapping): Promise<Outcome> {
  const hasMore = await deps.store.transact(async (tx) => {
    const reading = (await listPollers(tx, mapping.uuid)).filter(({ status }) => status === "reading")
    for (const poller of reading.slice(0, ROWS_AT_ONCE)) await putPoller(tx, { ...poller, status: "waiting" })
    return reading.length > ROWS_AT_ONCE
  })
  if (hasMore) return again()
  await settle(deps, mapping, {})
  return done
}

/** What was asked for is so, unless something else was asked for meanwhile: then there is another job for that. */
async function settle(
  { store, clock }: Deps,
  { uuid, ...scope }: Mapping,
  change: { hasPlaces?: boolean },
  problem?: string,
): Promise<void> {
  await store.transact(async (tx) => {
    const mapping = await readMapping(tx, scope, uuid)
    if (!mapping || stateOf(mapping) === "Deleting") return
    const state = mapping.body.isEnabled ? "Enabled" : "Disabled"
    const isChanged = stateOf(mapping) !== state
    if (isChanged || (change.hasPlaces && !mapping.body.hasPlaces))
      await updateMapping(tx, {
        ...mapping,
        body: { ...mapping.body, ...change, state, ...(isChanged && { lastModified: clock.now() }) },
      })
    if (problem !== undefined) await putResult(tx, mapping, problem)
  })
}

async function remove({ store }: Deps, mapping: Mapping): Promise<Outcome> {
  const hasMore = await store.transact((tx) => removeSome(tx, mapping))
  return hasMore ? again() : done
}

/** So many rows as one piece may; the mapping's own is the last. Whether there are more. */
async function removeSome(tx: Writing, mapping: Mapping): Promise<boolean> {
  const pollers = await listPollers(tx, mapping.uuid)
  for (const poller of pollers.slice(0, ROWS_AT_ONCE)) await removePoller(tx, poller)
  if (pollers.length > ROWS_AT_ONCE) return true
  const lanes = Array.from({ length: LANES_AT_MOST }, (_, lane) => readerRows(readerOf(mapping.uuid, lane)))
  if (await removeRows(tx, ...lanes)) return true
  await removeMapping(tx, mapping)
  return false
}

/** API Reference, CreateEventSourceMapping: "ParallelizationFactor ... Maximum value of 10". */
const LANES_AT_MOST = 10
