import { done, type Outcome } from "../../../../work/job.ts"
import { enqueueTending } from "./jobs.ts"
import { commit, type OpenLane } from "./lane.ts"
import { putPoller } from "./pollers.ts"
import { type Progress, readProgress } from "./progress.ts"

/** A lane has read a closed shard to its end; with the last of its lanes the shard is over, and its children begin. */
export async function endLane(lane: OpenLane, progress: Progress): Promise<Outcome> {
  const { deps, mapping, poller } = lane
  await commit(
    lane,
    { ...progress, isOver: true },
    {
      async also(tx) {
        for (let number = 0; number < poller.lanes; number++)
          if (!(await readProgress(tx, poller, number))?.isOver) return
        await putPoller(tx, { ...poller, status: "over" })
        await enqueueTending(deps.work, tx, mapping)
      },
    },
  )
  return done
}
