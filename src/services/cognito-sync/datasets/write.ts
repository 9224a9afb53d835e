import type { Writing } from "../../../store/store.ts"
import { syncConflict } from "../errors.ts"
import { addUse } from "../identities.ts"
import { addUsage } from "../pools/usage.ts"
import { type Entry, findEntry, forgetRemoved, putEntry } from "./entries.ts"
import { assertDatasetFits, assertRoomForDataset, DATASETS_AT_MOST, sizeOf } from "./limits.ts"
import type { Patch } from "./patch.ts"
import { countOwnDatasets, type Dataset, type DatasetKey, findDataset, newHome, putDataset } from "./record.ts"

/** A dataset as a synchronization left it, and what it wrote; `dataset` is undefined where it changed nothing. */
export interface Written {
  dataset?: Dataset
  entries: Entry[]
}

/**
 * Writes all patches or, where somebody else changed one of the records since its count, none. A count must be the record's
 * own: older or newer, it is of something else. What there is no record of is new, whatever its count (API reference,
 * "UpdateRecords": 0): of records that were removed long ago nothing is remembered.
 */
export async function writePatches(
  tx: Writing,
  place: DatasetKey & { poolId: string },
  patches: readonly Patch[],
  { modifiedBy, now }: { modifiedBy: string; now: number },
): Promise<Written> {
  const before = await findDataset(tx, place)
  const isNew = !before || before.isDeleted
  if (isNew) assertRoomForDataset(await countOwnDatasets(tx, place.identityId, DATASETS_AT_MOST))
  else if (patches.length === 0) return { entries: [] }
  const dataset: Dataset = {
    identityId: place.identityId,
    name: place.name,
    poolId: place.poolId,
    isDeleted: false,
    // One more for each call, and the same for all of its records: clients know by it that nobody else wrote meanwhile
    // (aws-sdk-android, `DefaultDataset`).
    syncCount: (before?.syncCount ?? 0) + 1,
    createdAt: isNew ? now : before.createdAt,
    modifiedAt: now,
    modifiedBy,
    storage: before?.storage ?? 0,
    records: before?.records ?? 0,
    ...(before?.deletedAtCount !== undefined && { deletedAtCount: before.deletedAtCount }),
    home: before?.home ?? newHome(),
    mergedOf: isNew ? "" : before.mergedOf,
  }
  const entries: Entry[] = []
  for (const { key, value, syncCount, deviceModifiedAt = now } of patches) {
    const old = await findEntry(tx, dataset, key)
    if (old && syncCount !== old.syncCount) throw syncConflict(key, old.syncCount, syncCount)
    dataset.storage += sizeOf(key, value) - sizeOf(key, old?.value)
    dataset.records += Number(value !== undefined) - Number(old?.value !== undefined)
    const entry = { key, syncCount: dataset.syncCount, modifiedAt: now, modifiedBy, deviceModifiedAt }
    entries.push(value === undefined ? entry : { ...entry, value })
  }
  assertDatasetFits(dataset)
  const used = { storage: dataset.storage - (before?.storage ?? 0), modifiedAt: now }
  await addUse(tx, place, { datasets: Number(isNew), ...used })
  for (const entry of entries) await putEntry(tx, dataset, entry)
  await forgetRemoved(tx, dataset)
  await putDataset(tx, dataset)
  await addUsage(tx, place, { sessions: 1, ...used })
  return { dataset, entries }
}
