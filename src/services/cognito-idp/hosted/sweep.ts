import type { Store } from "../../../store/store.ts"
import { again, done, type Workers } from "../../../work/job.ts"
import { removeRows } from "../../../work/removal.ts"

const EVERY_MILLISECONDS = 10 * 60_000

/** What the time of is over: found by nobody, and so in nobody's way until it is removed. */
const TABLES: Readonly<Record<string, string>> = {
  idp_browser_sessions: "pool_id, hash",
  idp_oauth_codes: "pool_id, hash",
  idp_user_sessions: "pool_id, sub, id",
}

export const sweeping: Workers<{ store: Store; clock: { now(): number } }> = {
  "cognito-idp:sweep-hosted": {
    everyMilliseconds: EVERY_MILLISECONDS,
    async run(_, { store, clock }) {
      const values = [clock.now()]
      const removals = Object.entries(TABLES).map(([table, key]) => ({ table, key, where: "expires < $1", values }))
      return (await store.transact((tx) => removeRows(tx, ...removals))) ? again() : done
    },
  },
}
