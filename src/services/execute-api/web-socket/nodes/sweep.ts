import type { Clock } from "../../../../base/clock.ts"
import type { Store } from "../../../../store/store.ts"
import { again, done, type Worker } from "../../../../work/job.ts"
import { removeRows } from "../../../../work/removal.ts"

export const SWEEP_CONNECTIONS = "execute-api:sweep-connections"

const SWEEP_MILLISECONDS = 10 * 60 * 1000
/** A node that was held up for this long after its lease still finds what it had. */
const GRACE_MILLISECONDS = 10 * 60 * 1000

/** Removes what dead nodes have left. Nobody finds it any more since their leases ended. */
export const sweepConnections: Worker<{ store: Store; clock: Clock }> = {
  everyMilliseconds: SWEEP_MILLISECONDS,
  async run(_, { store, clock }) {
    const over = clock.now() - GRACE_MILLISECONDS
    const dead = "node NOT IN (SELECT node FROM execute_api_nodes WHERE leased_until > $1)"
    const isMore = await store.transact((tx) =>
      removeRows(
        tx,
        { table: "execute_api_connections", key: "connection_id", where: dead, values: [over] },
        { table: "execute_api_letters", key: "node, id", where: dead, values: [over] },
        { table: "execute_api_nodes", key: "node", where: "leased_until <= $1", values: [over] },
      ),
    )
    return isMore ? again() : done
  },
}
