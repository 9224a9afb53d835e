import { randomUUID } from "../../../base/random.ts"
import type { Reading, Writing } from "../../../store/store.ts"

/** Whose a dataset is, and its name. */
export interface DatasetKey {
  identityId: string
  name: string
}

/** Times are milliseconds since the epoch. */
export interface Dataset extends DatasetKey {
  poolId: string
  isDeleted: boolean
  /** Of the whole dataset: each synchronization that changes something adds one. */
  syncCount: number
  modifiedAt: number
  createdAt: number
  modifiedBy: string
  /** Bytes of the keys and values. */
  storage: number
  records: number
  /** The count at which it was last deleted. */
  deletedAtCount?: number
  /** What its records lie by; empty of those that lie by its identity and name. */
  home: string
  /** The name that it had before it came from an identity that was merged into this one; empty of those that did not. */
  mergedOf: string
}

interface DatasetRow {
  identity_id: string
  name: string
  pool_id: string
  deleted: number
  sync_count: number
  modified_at: number
  home: string
  merged_of: string
  body: string
}

export const newHome = (): string => randomUUID()

const parse = (row: DatasetRow): Dataset => ({
  identityId: row.identity_id,
  name: row.name,
  poolId: row.pool_id,
  isDeleted: row.deleted !== 0,
  syncCount: row.sync_count,
  modifiedAt: row.modified_at,
  home: row.home,
  mergedOf: row.merged_of,
  ...(JSON.parse(row.body) as Pick<Dataset, "createdAt" | "modifiedBy" | "storage" | "records" | "deletedAtCount">),
})

/** One that was deleted too. */
export async function findDataset(tx: Reading, { identityId, name }: DatasetKey): Promise<Dataset | undefined> {
  const row = await tx.get<DatasetRow>(
    "SELECT * FROM csync_datasets WHERE identity_id = $1 AND name = $2",
    identityId,
    name,
  )
  return row && parse(row)
}

/** After `after`, in the order of their names, without those that were deleted. */
export async function listDatasets(tx: Reading, identityId: string, after: string, limit: number): Promise<Dataset[]> {
  const rows = await tx.all<DatasetRow>(
    `SELECT * FROM csync_datasets WHERE identity_id = $1 AND deleted = 0 AND name > $2 ORDER BY name LIMIT $3`,
    identityId,
    after,
    limit,
  )
  return rows.map(parse)
}

/** How many of an identity's there are that count towards how many it may have: those that came by a merge do not. */
export async function countOwnDatasets(tx: Reading, identityId: string, most: number): Promise<number> {
  const rows = await tx.all(
    "SELECT name FROM csync_datasets WHERE identity_id = $1 AND merged_of = '' AND deleted = 0 LIMIT $2",
    identityId,
    most,
  )
  return rows.length
}

/** Names of the datasets that came by merges and had this name before. */
export async function listMergedNames(tx: Reading, { identityId, name }: DatasetKey, limit: number): Promise<string[]> {
  const rows = await tx.all<{ name: string }>(
    `SELECT name FROM csync_datasets WHERE identity_id = $1 AND merged_of = $2 AND deleted = 0
     ORDER BY name LIMIT $3`,
    identityId,
    name,
    limit,
  )
  return rows.map((row) => row.name)
}

/** Of a whole pool, after that place, in the order of identities and names, without those that were deleted. */
export async function listPoolDatasets(
  tx: Reading,
  poolId: string,
  { identityId, name }: DatasetKey,
  limit: number,
): Promise<Dataset[]> {
  const rows = await tx.all<DatasetRow>(
    `SELECT * FROM csync_datasets WHERE pool_id = $1 AND (identity_id, name) > ($2, $3) AND deleted = 0
     ORDER BY identity_id, name LIMIT $4`,
    poolId,
    identityId,
    name,
    limit,
  )
  return rows.map(parse)
}

export async function putDataset(tx: Writing, dataset: Dataset): Promise<void> {
  const { identityId, name, poolId, isDeleted, syncCount, modifiedAt, home, mergedOf, ...body } = dataset
  await tx.run(
    `INSERT INTO csync_datasets (identity_id, name, pool_id, deleted, sync_count, modified_at, home, merged_of, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (identity_id, name) DO UPDATE SET
       deleted = excluded.deleted, sync_count = excluded.sync_count, modified_at = excluded.modified_at,
       home = excluded.home, merged_of = excluded.merged_of, body = excluded.body`,
    identityId,
    name,
    poolId,
    isDeleted ? 1 : 0,
    syncCount,
    modifiedAt,
    home,
    mergedOf,
    JSON.stringify(body),
  )
}

/** Of what was deleted so much is remembered. */
const DELETED_AT_MOST = 50

/** Forgets all but the last of the datasets of an identity that were deleted; the names of those that it forgot. */
export async function forgetDeletedDatasets(tx: Writing, identityId: string): Promise<string[]> {
  const old = await tx.all<{ name: string }>(
    `SELECT name FROM csync_datasets WHERE identity_id = $1 AND deleted = 1
     ORDER BY modified_at DESC, name LIMIT 50 OFFSET $2`,
    identityId,
    DELETED_AT_MOST,
  )
  for (const { name } of old)
    await tx.run("DELETE FROM csync_datasets WHERE identity_id = $1 AND name = $2", identityId, name)
  return old.map(({ name }) => name)
}
