import type { Writing } from "../../../store/store.ts"
import { dropSubscriptions } from "../devices/record.ts"
import { datasetNotFound } from "../errors.ts"
import { addUse } from "../identities.ts"
import { addUsage } from "../pools/usage.ts"
import { removeEntries } from "./entries.ts"
import { type Dataset, type DatasetKey, findDataset, forgetDeletedDatasets, putDataset } from "./record.ts"

/**
 * What is left of it is its count, by which other devices learn of it and which goes on where it is written again. Gives it as
 * it was, and as it is.
 */
export async function deleteDataset(
  tx: Writing,
  key: DatasetKey,
  { modifiedBy, now }: { modifiedBy: string; now: number },
): Promise<{ before: Dataset; deleted: Dataset }> {
  const before = await findDataset(tx, key)
  if (!before || before.isDeleted) throw datasetNotFound(key.name)
  const used = { storage: -before.storage, modifiedAt: now }
  await addUse(tx, before, { datasets: -1, ...used })
  await removeEntries(tx, before)
  const syncCount = before.syncCount + 1
  const deleted = { ...before, isDeleted: true, syncCount, deletedAtCount: syncCount, modifiedAt: now, modifiedBy }
  await putDataset(tx, { ...deleted, storage: 0, records: 0 })
  for (const name of await forgetDeletedDatasets(tx, key.identityId)) await dropSubscriptions(tx, key.identityId, name)
  await addUsage(tx, before, { sessions: 0, ...used })
  return { before, deleted }
}
