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
}

interface DatasetRow {
  identity_id: string
  name: string
  pool_id: string
  deleted: number
  sync_count: number
  modified_at: number
  body: string
}

const parse = (row: DatasetRow): Dataset => ({
  identityId: row.identity_id,
  name: row.name,
  poolId: row.pool_id,
  isDeleted: row.deleted !== 0,
  syncCount: row.sync_count,
  modifiedAt: row.modified_at,
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

export async function putDataset(tx: Writing, dataset: Dataset): Promise<void> {
  const { identityId, name, poolId, isDeleted, syncCount, modifiedAt, ...body } = dataset
  await tx.run(
    `INSERT INTO csync_datasets (identity_id, name, pool_id, deleted, sync_count, modified_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (identity_id, name) DO UPDATE SET
       deleted = excluded.deleted, sync_count = excluded.sync_count, modified_at = excluded.modified_at, body = excluded.body`,
    identityId,
    name,
    poolId,
    isDeleted ? 1 : 0,
    syncCount,
    modifiedAt,
    JSON.stringify(body),
  )
}

/** Of what was deleted so much is remembered. */
const DELETED_AT_MOST = 50

/** Forgets all but the last of the datasets of an identity that were deleted. */
export async function forgetDeletedDatasets(tx: Writing, identityId: string): Promise<void> {
  await tx.run(
    `DELETE FROM csync_datasets WHERE identity_id = $1 AND deleted = 1 AND name IN (
       SELECT name FROM csync_datasets WHERE identity_id = $1 AND deleted = 1
       ORDER BY modified_at DESC, name LIMIT 50 OFFSET $2)`,
    identityId,
    DELETED_AT_MOST,
  )
}
