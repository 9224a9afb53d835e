import type { Clock } from "../../base/clock.ts"
import type { Store, Writing } from "../../store/store.ts"
import { again, later, type Workers } from "../../work/job.ts"
import { findIdentity, poolExists } from "../cognito-identity/service.ts"
import { removeEntries } from "./datasets/entries.ts"
import { findDataset } from "./datasets/record.ts"
import { addUsage } from "./pools/usage.ts"
import { sweepLargeUpdates } from "./streams/large-updates.ts"

const HOUR_MILLISECONDS = 60 * 60 * 1000

/** How far a sweep has come: through the tables in their order. */
interface Place {
  table: keyof typeof STEPS
  /** The key of the last row that was looked at. */
  after: string[]
}

/** Removes what is of identities that were deleted, or whose pool was, and of pools themselves: nobody reaches it any more. */
export const sweeping: Workers<{ store: Store; clock: Clock }> = {
  "cognito-sync:sweep": {
    everyMilliseconds: HOUR_MILLISECONDS,
    async run({ body }, { store, clock }) {
      const now = clock.now()
      const place = (body as Place | undefined) ?? FIRST
      const next = await store.transact((tx) => sweepAfter(tx, place, now))
      return next ? again(next) : later(now + HOUR_MILLISECONDS, FIRST)
    },
  },
}

const FIRST: Place = { table: "datasets", after: ["", ""] }

/** Each looks at some rows, and gives the key of the last where there may be more. */
const STEPS = { datasets: sweepDatasets, identities: sweepIdentities, pools: sweepPools, usage: sweepUsage }
const ORDER = Object.keys(STEPS) as (keyof typeof STEPS)[]

async function sweepAfter(tx: Writing, { table, after }: Place, now: number): Promise<Place | undefined> {
  const last = await STEPS[table](tx, after, now)
  if (last) return { table, after: last }
  await sweepLargeUpdates(tx, now)
  const next = ORDER[ORDER.indexOf(table) + 1]
  return next && { table: next, after: [""] }
}

const DATASETS_AT_ONCE = 50
/** A dataset may have two thousand: after so many the next piece goes on. */
const ENTRIES_AT_ONCE = 250

async function sweepDatasets(tx: Writing, [identityId = "", name = ""]: string[], now: number) {
  const rows = await tx.all<{ identity_id: string; name: string }>(
    `SELECT identity_id, name FROM csync_datasets WHERE (identity_id, name) > ($1, $2)
     ORDER BY identity_id, name LIMIT $3`,
    identityId,
    name,
    DATASETS_AT_ONCE,
  )
  let removed = 0
  for (const row of rows) {
    if (removed > ENTRIES_AT_ONCE) return [row.identity_id, ""]
    if (await findIdentity(tx, row.identity_id)) continue
    const dataset = (await findDataset(tx, { identityId: row.identity_id, name: row.name }))!
    removed += await removeEntries(tx, dataset)
    await tx.run("DELETE FROM csync_datasets WHERE identity_id = $1 AND name = $2", row.identity_id, row.name)
    if (!dataset.isDeleted && (await poolExists(tx, dataset.poolId)))
      await addUsage(tx, dataset, { sessions: 0, storage: -dataset.storage, modifiedAt: now })
  }
  const last = rows[DATASETS_AT_ONCE - 1]
  return last && [last.identity_id, last.name]
}

const ROWS_AT_ONCE = 50

async function sweepIdentities(tx: Writing, [after = ""]: string[]) {
  const rows = await tx.all<{ identity_id: string }>(
    "SELECT identity_id FROM csync_identities WHERE identity_id > $1 ORDER BY identity_id LIMIT $2",
    after,
    ROWS_AT_ONCE,
  )
  for (const { identity_id: identityId } of rows) {
    if (await findIdentity(tx, identityId)) continue
    for (const table of ["csync_identities", "csync_devices", "csync_subscriptions"])
      await tx.run(`DELETE FROM ${table} WHERE identity_id = $1`, identityId)
  }
  const last = rows[ROWS_AT_ONCE - 1]
  return last && [last.identity_id]
}

async function sweepPools(tx: Writing, [after = ""]: string[]) {
  const rows = await tx.all<{ pool_id: string }>(
    "SELECT pool_id FROM csync_pools WHERE pool_id > $1 ORDER BY pool_id LIMIT $2",
    after,
    ROWS_AT_ONCE,
  )
  for (const { pool_id: poolId } of rows) {
    if (await poolExists(tx, poolId)) continue
    for (const table of ["csync_pools", "csync_bulk_publishes"])
      await tx.run(`DELETE FROM ${table} WHERE pool_id = $1`, poolId)
  }
  const last = rows[ROWS_AT_ONCE - 1]
  return last && [last.pool_id]
}

async function sweepUsage(tx: Writing, [after = ""]: string[]) {
  const rows = await tx.all<{ pool_id: string }>(
    "SELECT DISTINCT pool_id FROM csync_usage WHERE pool_id > $1 ORDER BY pool_id LIMIT $2",
    after,
    ROWS_AT_ONCE,
  )
  for (const { pool_id: poolId } of rows)
    if (!(await poolExists(tx, poolId))) await tx.run("DELETE FROM csync_usage WHERE pool_id = $1", poolId)
  const last = rows[ROWS_AT_ONCE - 1]
  return last && [last.pool_id]
}
