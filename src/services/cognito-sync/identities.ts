import type { Reading, Writing } from "../../store/store.ts"
import { DATASETS_AT_MOST } from "./datasets/limits.ts"
import { listDatasets } from "./datasets/record.ts"

/** What an identity uses. Times are milliseconds since the epoch; 0 of one that has never had a dataset. */
export interface IdentityUse {
  datasets: number
  /** Bytes. */
  storage: number
  modifiedAt: number
}

interface UseRow {
  datasets: number
  storage: number
  modified_at: number
}

/** What is counted as datasets change; of one from before that was counted, what its few datasets come to. */
export async function getUse(tx: Reading, identityId: string): Promise<IdentityUse> {
  const row = await tx.get<UseRow>(
    "SELECT datasets, storage, modified_at FROM csync_identities WHERE identity_id = $1",
    identityId,
  )
  if (row) return { datasets: row.datasets, storage: row.storage, modifiedAt: row.modified_at }
  const datasets = await listDatasets(tx, identityId, "", DATASETS_AT_MOST)
  return {
    datasets: datasets.length,
    storage: datasets.reduce((sum, { storage }) => sum + storage, 0),
    modifiedAt: datasets.reduce((last, { modifiedAt }) => Math.max(last, modifiedAt), 0),
  }
}

/** Adds to what an identity uses: before the datasets themselves change, for they may be what is counted. */
export async function addUse(
  tx: Writing,
  { identityId, poolId }: { identityId: string; poolId: string },
  added: IdentityUse,
): Promise<void> {
  const use = await getUse(tx, identityId)
  await tx.run(
    `INSERT INTO csync_identities (identity_id, pool_id, datasets, storage, modified_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (identity_id) DO UPDATE SET
       datasets = excluded.datasets, storage = excluded.storage, modified_at = excluded.modified_at`,
    identityId,
    poolId,
    use.datasets + added.datasets,
    use.storage + added.storage,
    Math.max(use.modifiedAt, added.modifiedAt),
  )
}
