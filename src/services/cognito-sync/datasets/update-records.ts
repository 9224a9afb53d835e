import { type RecordPatch, UpdateRecordsCommand } from "@aws-sdk/client-cognito-sync"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { assertReachable, identityOf, onNamed } from "../access.ts"
import { invalidParameter, syncConflict } from "../errors.ts"
import { askTrigger } from "../pools/trigger.ts"
import { addUsage } from "../pools/usage.ts"
import { describeEntry } from "./describe.ts"
import { type Entry, findEntry, forgetRemoved, putEntry } from "./entries.ts"
import { assertDatasetFits, assertRecordFits, assertRoomForDataset, DATASETS_AT_MOST, sizeOf } from "./limits.ts"
import type { Patch } from "./patch.ts"
import { type Dataset, type DatasetKey, findDataset, listDatasets, putDataset } from "./record.ts"
import { verifySyncSession } from "./session.ts"

/**
 * Writes all patches or, where one of the records was changed by somebody else since its count, none.
 *
 * The function of the pool is asked before the transaction, which looks at the counts again.
 */
export const UpdateRecords = operation(UpdateRecordsCommand, {
  access: onNamed,
  async handle(input, context) {
    await assertReachable(input, context)
    const { IdentityPoolId, IdentityId, DatasetName, DeviceId, SyncSessionToken, RecordPatches = [] } = input
    const key = { identityId: IdentityId, name: DatasetName }
    verifySyncSession(context.masterKey, key, SyncSessionToken, context.clock.now())
    const asked = checkPatches(RecordPatches)
    const patches = await triggered(context, IdentityPoolId, key, asked)
    const modifiedBy = DeviceId ?? identityOf(context.caller)?.identityId ?? context.account
    const written = await context.store.transact((tx) =>
      writePatches(tx, { ...key, poolId: IdentityPoolId }, patches, modifiedBy, context.clock.now()),
    )
    return { Records: written.map(describeEntry) }
  },
})

function checkPatches(patches: readonly RecordPatch[]): Patch[] {
  const keys = new Set<string>()
  return patches.map(({ Op, Key, Value, SyncCount, DeviceLastModifiedDate }) => {
    const key = Key!
    // UNVERIFIED: that AWS refuses both.
    if (keys.has(key)) throw invalidParameter(`RecordPatches contains the key ${key} twice.`)
    if (Op === "replace" && Value === undefined) throw invalidParameter(`The record ${key} has no Value to replace it.`)
    keys.add(key)
    assertRecordFits(key, Value)
    return {
      key,
      syncCount: SyncCount!,
      ...(Op === "replace" && { value: Value! }),
      ...(DeviceLastModifiedDate && { deviceModifiedAt: DeviceLastModifiedDate.getTime() }),
    }
  })
}

/** As the pool's function wants them: it is asked for identities alone, never for developers. */
async function triggered(context: CallContext, poolId: string, key: DatasetKey, patches: Patch[]): Promise<Patch[]> {
  if (identityOf(context.caller) === undefined) return patches
  const oldValues = (tx: Reading) => Promise.all(patches.map((patch) => findEntry(tx, key, patch.key)))
  return askTrigger(context, poolId, key, patches, () => context.store.read(oldValues))
}

type Place = DatasetKey & { poolId: string }

async function writePatches(
  tx: Writing,
  place: Place,
  patches: readonly Patch[],
  modifiedBy: string,
  now: number,
): Promise<Entry[]> {
  const before = await findDataset(tx, place)
  if (!before || before.isDeleted)
    assertRoomForDataset((await listDatasets(tx, place.identityId, "", DATASETS_AT_MOST)).length)
  if (patches.length === 0 && before && !before.isDeleted) return []
  const dataset = begin(place, before, modifiedBy, now)
  const entries: Entry[] = []
  for (const { key, value, syncCount, deviceModifiedAt = now } of patches) {
    const old = await findEntry(tx, place, key)
    if (old && syncCount < old.syncCount) throw syncConflict(key, old.syncCount)
    dataset.storage += sizeOf(key, value) - sizeOf(key, old?.value)
    dataset.records += Number(value !== undefined) - Number(old?.value !== undefined)
    const entry = { key, syncCount: dataset.syncCount, modifiedAt: now, modifiedBy, deviceModifiedAt }
    entries.push(value === undefined ? entry : { ...entry, value })
  }
  assertDatasetFits(dataset)
  for (const entry of entries) await putEntry(tx, place, entry)
  await forgetRemoved(tx, place)
  await putDataset(tx, dataset)
  await addUsage(tx, place, { sessions: 1, storage: dataset.storage - (before?.storage ?? 0), modifiedAt: now })
  return entries
}

/** The dataset with its next count, made anew where it is not there. */
function begin(place: Place, before: Dataset | undefined, modifiedBy: string, now: number): Dataset {
  const isNew = !before || before.isDeleted
  return {
    identityId: place.identityId,
    name: place.name,
    poolId: place.poolId,
    isDeleted: false,
    // UNVERIFIED: that all records of one call get the same count; the record of Cognito Streams tells one for each call.
    syncCount: (before?.syncCount ?? 0) + 1,
    createdAt: isNew ? now : before.createdAt,
    modifiedAt: now,
    modifiedBy,
    storage: before?.storage ?? 0,
    records: before?.records ?? 0,
    ...(before?.deletedAtCount !== undefined && { deletedAtCount: before.deletedAtCount }),
  }
}
