import type { Deps } from "../../../../call.ts"
import { endOf } from "../../../../records/append.ts"
import type { Position } from "../../../../records/positions.ts"
import type { Reading, Store } from "../../../../store/store.ts"
import { done, later, type Worker } from "../../../../work/job.ts"
import { listPollersBehind, type Poller } from "./pollers.ts"
import { readProgress } from "./progress.ts"
import { wake } from "./waking.ts"

const LOOK_MILLISECONDS = 1_000
const POLLERS_AT_ONCE = 100

/** Where shards ended when all who read them here had come to their end. */
const ends = new WeakMap<Store, Map<string, Position>>()

/**
 * Finds what other nodes appended, once a second, for all that wait for it: each of them looking for itself would be a claim and a commit. Where
 * no other node can come between, it looks once at the start: for what was appended when the server before it died.
 */
export const watchWork: Worker<Deps> = {
  async run(_, deps) {
    const seen = ends.get(deps.store) ?? new Map<string, Position>()
    const present = new Map<string, Position>()
    let isAnyRead = false
    let after = { mapping: "", shard: "" }
    for (;;) {
      const page = await deps.store.read((tx) => listPollersBehind(tx, after, POLLERS_AT_ONCE))
      const reading = page.filter(({ status }) => status === "reading")
      isAnyRead ||= reading.length > 0
      wake(deps, await deps.store.read((tx) => findBehind(tx, reading, seen, present)))
      const last = page.at(-1)
      if (page.length < POLLERS_AT_ONCE || !last) break
      after = last
    }
    ends.set(deps.store, present)
    return isAnyRead && deps.store.isShared ? later(deps.clock.now() + LOOK_MILLISECONDS) : done
  },
}

/** Those whose shard has grown since this node last looked, and that have not come to its end. */
async function findBehind(
  tx: Reading,
  pollers: readonly Poller[],
  seen: ReadonlyMap<string, Position>,
  present: Map<string, Position>,
): Promise<Poller[]> {
  const behind: Poller[] = []
  for (const poller of pollers) {
    const name = `${poller.mapping} ${poller.shardKey}`
    const end = await endOf(tx, poller.shardKey)
    if (seen.get(name) !== end && (await isBehind(tx, poller, end))) behind.push(poller)
    else present.set(name, end)
  }
  return behind
}

async function isBehind(tx: Reading, poller: Poller, end: Position): Promise<boolean> {
  for (let lane = 0; lane < poller.lanes; lane++) {
    const progress = await readProgress(tx, poller, lane)
    if (progress && progress.position < end) return true
  }
  return false
}
