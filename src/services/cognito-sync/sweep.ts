import type { Clock } from "../../base/clock.ts"
import type { Store, Writing } from "../../store/store.ts"
import { again, later, type Workers } from "../../work/job.ts"
import { findIdentity } from "../cognito-identity/service.ts"
import { removeEntries } from "./datasets/entries.ts"

const HOUR_MILLISECONDS = 60 * 60 * 1000
/** Each may have two thousand records. */
const DATASETS_AT_ONCE = 5

interface Place {
  identity_id: string
  name: string
}

/** Removes the datasets of identities that were deleted, or whose pool was: nobody reaches them any more. */
export const sweeping: Workers<{ store: Store; clock: Clock }> = {
  "cognito-sync:sweep": {
    everyMilliseconds: HOUR_MILLISECONDS,
    async run({ body }, { store, clock }) {
      const last = await store.transact((tx) => sweepAfter(tx, (body as Place | undefined) ?? FIRST))
      return last ? again(last) : later(clock.now() + HOUR_MILLISECONDS, FIRST)
    },
  },
}

const FIRST: Place = { identity_id: "", name: "" }

async function sweepAfter(tx: Writing, after: Place): Promise<Place | undefined> {
  const rows = await tx.all<Place>(
    `SELECT identity_id, name FROM csync_datasets WHERE (identity_id, name) > ($1, $2)
     ORDER BY identity_id, name LIMIT $3`,
    after.identity_id,
    after.name,
    DATASETS_AT_ONCE,
  )
  for (const { identity_id, name } of rows) {
    if (await findIdentity(tx, identity_id)) continue
    await removeEntries(tx, { identityId: identity_id, name })
    await tx.run("DELETE FROM csync_datasets WHERE identity_id = $1 AND name = $2", identity_id, name)
  }
  return rows.length === DATASETS_AT_ONCE ? { ...rows.at(-1)! } : undefined
}
