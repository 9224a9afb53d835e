import type { CognitoStreams } from "@aws-sdk/client-cognito-sync"
import type { Deps } from "../../../call.ts"
import { again, done, type Job, later, type Outcome, type Workers } from "../../../work/job.ts"
import { readSettings } from "../pools/record.ts"
import type { StreamedUpdate } from "./event.ts"
import { putUpdate } from "./put.ts"
import { turnStreamOff } from "./turn-off.ts"
import { dropUpdates, listUpdates, removeUpdates, STREAM, type UpdateKey } from "./updates.ts"

/** Of one piece. */
const AT_ONCE = { count: 10, bytes: 2 * 1024 * 1024 }
const DROPPED_AT_ONCE = 250

const LONGEST_PAUSE_MILLISECONDS = 60_000
/** A second at first, and twice as long each time. */
export const pauseAfter = (failures: number): number =>
  Math.min(1_000 * 2 ** Math.min(failures, 16), LONGEST_PAUSE_MILLISECONDS)

interface Waiting {
  failures?: number
}

/**
 * Takes the updates of one identity to the stream. Each is there once it was put, and put again where that could not be noted
 * any more: at least once. A stream that is busy is asked later, for as long as it takes; one that refuses is turned off, and
 * what was on its way to it is lost, as all is that changes while it is off.
 */
async function deliver({ key, body }: Job, deps: Deps): Promise<Outcome> {
  const [poolId = "", identityId = ""] = key.split(" ")
  // Not from the cache, where the stream may still be off that another node has just turned on.
  const { streams, updates } = await deps.store.read(async (tx) => ({
    streams: (await readSettings(tx, poolId)).streams,
    updates: await listUpdates(tx, identityId, AT_ONCE),
  }))
  if (streams?.StreamingStatus !== "ENABLED") return drop(identityId, deps)
  if (updates.length === 0) return done
  const taken: UpdateKey[] = []
  const end = await putAll(deps, updates, streams, taken)
  await deps.store.transact((tx) => removeUpdates(tx, taken))
  if (end.is === "refused") {
    await turnStreamOff(deps, poolId, streams, end.reason)
    return drop(identityId, deps)
  }
  if (end.is === "taken") return again({})
  // Whatever was taken meanwhile, it is not always busy.
  const failures = taken.length === 0 ? ((body as Waiting | undefined)?.failures ?? 0) : 0
  return later(deps.clock.now() + pauseAfter(failures), { failures: failures + 1 } satisfies Waiting)
}

async function putAll(
  deps: Deps,
  updates: readonly (UpdateKey & { body: string })[],
  streams: CognitoStreams,
  taken: UpdateKey[],
) {
  for (const update of updates) {
    const outcome = await putUpdate(deps, JSON.parse(update.body) as StreamedUpdate, streams)
    if (outcome.is !== "taken") return outcome
    taken.push(update)
  }
  return { is: "taken" as const }
}

async function drop(identityId: string, { store }: Deps): Promise<Outcome> {
  return (await store.transact((tx) => dropUpdates(tx, identityId, DROPPED_AT_ONCE))) ? again({}) : done
}

/** Lanes are of pools: a stream that is slow holds up no other. */
export const streaming: Workers<Deps> = { [STREAM]: { run: deliver, inLanes: true } }
