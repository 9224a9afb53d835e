import type { Reading } from "../store/store.ts"
import { type Claim, type Due, findLaneAfter, listDueOfLane } from "./queue.ts"
import type { Slots } from "./slots.ts"

/** How many lanes one look passes; the next goes on behind them. */
const LANES_AT_ONCE = 32
const JOBS_OF_A_LANE = 8

/** Looks for due jobs lane by lane, so that a lane of a million jobs hides no other. */
export function createLanes(slots: Slots) {
  /** The lane behind which each kind is looked through next. */
  const places = new Map<string, string>()
  return {
    async list(tx: Reading, kind: string, claim: Omit<Claim, "owner">): Promise<Due[]> {
      const found: Due[] = []
      let passed = 0
      for await (const lane of lanesBehind(tx, kind, places.get(kind))) {
        const held = slots.countOfLane({ kind, lane })
        found.push(...(await listDueOfLane(tx, { kind, lane }, claim, held + JOBS_OF_A_LANE)))
        if (++passed < LANES_AT_ONCE) continue
        places.set(kind, lane)
        return found
      }
      places.delete(kind)
      return found
    },
    /** So that each lane has its turn: the first of each lane, then the second; those that have much under way come later. */
    inTurns(jobs: readonly Due[]): Due[] {
      const seen = new Map<string, number>()
      const turns = jobs.map((job) => {
        const lane = `${job.kind} ${job.lane}`
        const before = seen.get(lane) ?? slots.countOfLane(job)
        seen.set(lane, before + 1)
        return { job, before }
      })
      return turns.sort((one, other) => one.before - other.before).map(({ job }) => job)
    },
  }
}

/** Each lane once: those behind a lane, and then those up to it. */
async function* lanesBehind(tx: Reading, kind: string, from: string | undefined): AsyncGenerator<string> {
  let lane = from === undefined ? "" : await findLaneAfter(tx, kind, from)
  for (; lane !== undefined; lane = await findLaneAfter(tx, kind, lane)) yield lane
  if (from === undefined) return
  for (lane = ""; lane !== undefined && lane <= from; lane = await findLaneAfter(tx, kind, lane)) yield lane
}
