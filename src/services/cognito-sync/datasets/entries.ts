import type { Reading, Writing } from "../../../store/store.ts"
import type { Dataset } from "./record.ts"

/** Of whose records: a dataset's that there is. */
export type Owner = Pick<Dataset, "identityId" | "name" | "home">

/** The columns that the records of a dataset have in common. */
const placeOf = ({ identityId, name, home }: Owner): [identity: string, dataset: string] =>
  home === "" ? [identityId, name] : [home, ""]

/** A key of a dataset with its value; without one, it was removed. Times are milliseconds since the epoch. */
export interface Entry {
  key: string
  syncCount: number
  value?: string
  modifiedAt: number
  modifiedBy: string
  deviceModifiedAt: number
}

interface EntryRow {
  record_key: string
  sync_count: number
  body: string
}

const parse = ({ record_key, sync_count, body }: EntryRow): Entry => ({
  key: record_key,
  syncCount: sync_count,
  ...(JSON.parse(body) as Omit<Entry, "key" | "syncCount">),
})

export async function findEntry(tx: Reading, owner: Owner, key: string): Promise<Entry | undefined> {
  const row = await tx.get<EntryRow>(
    "SELECT record_key, sync_count, body FROM csync_records WHERE identity_id = $1 AND dataset = $2 AND record_key = $3",
    ...placeOf(owner),
    key,
  )
  return row && parse(row)
}

/** In the order of their counts, then of their keys: those after that place. */
export async function listEntries(
  tx: Reading,
  owner: Owner,
  after: { syncCount: number; key: string },
  limit: number,
): Promise<Entry[]> {
  const rows = await tx.all<EntryRow>(
    `SELECT record_key, sync_count, body FROM csync_records
     WHERE identity_id = $1 AND dataset = $2 AND (sync_count, record_key) > ($3, $4)
     ORDER BY sync_count, record_key LIMIT $5`,
    ...placeOf(owner),
    after.syncCount,
    after.key,
    limit,
  )
  return rows.map(parse)
}

/** All that were not removed: no more than a dataset has. */
export async function listPresentEntries(tx: Reading, owner: Owner): Promise<Entry[]> {
  const rows = await tx.all<EntryRow>(
    `SELECT record_key, sync_count, body FROM csync_records
     WHERE identity_id = $1 AND dataset = $2 AND removed = 0 ORDER BY sync_count, record_key`,
    ...placeOf(owner),
  )
  return rows.map(parse)
}

export async function putEntry(tx: Writing, owner: Owner, entry: Entry): Promise<void> {
  const { key, syncCount, ...body } = entry
  await tx.run(
    `INSERT INTO csync_records (identity_id, dataset, record_key, sync_count, removed, body) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (identity_id, dataset, record_key) DO UPDATE SET
       sync_count = excluded.sync_count, removed = excluded.removed, body = excluded.body`,
    ...placeOf(owner),
    key,
    syncCount,
    entry.value === undefined ? 1 : 0,
    JSON.stringify(body),
  )
}

/** As many as a dataset has records: who comes later than so many removals keeps what was removed before them. */
const REMOVED_AT_MOST = 1_024

/** Forgets all but the last of the records that were removed. */
export async function forgetRemoved(tx: Writing, owner: Owner): Promise<void> {
  const old = await tx.all<{ record_key: string }>(
    `SELECT record_key FROM csync_records WHERE identity_id = $1 AND dataset = $2 AND removed = 1
     ORDER BY sync_count DESC, record_key LIMIT 1024 OFFSET $3`,
    ...placeOf(owner),
    REMOVED_AT_MOST,
  )
  for (const { record_key: key } of old)
    await tx.run(
      "DELETE FROM csync_records WHERE identity_id = $1 AND dataset = $2 AND record_key = $3",
      ...placeOf(owner),
      key,
    )
}

/** All of a dataset: at most as many as it has records, and those that were removed. */
export const removeEntries = (tx: Writing, owner: Owner): Promise<number> =>
  tx.run("DELETE FROM csync_records WHERE identity_id = $1 AND dataset = $2", ...placeOf(owner))
