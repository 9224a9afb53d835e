import { type RecordPatch, UpdateRecordsCommand } from "@aws-sdk/client-cognito-sync"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { assertReachable, identityOf, modifierOf, onNamed } from "../access.ts"
import { invalidParameter } from "../errors.ts"
import { askTrigger } from "../pools/trigger.ts"
import { announce } from "./announce.ts"
import { describeEntry } from "./describe.ts"
import { listPresentEntries } from "./entries.ts"
import { assertRecordFits } from "./limits.ts"
import type { Patch } from "./patch.ts"
import { type DatasetKey, findDataset } from "./record.ts"
import { verifySyncSession } from "./session.ts"
import { writePatches } from "./write.ts"

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
    const patches = await triggered(context, IdentityPoolId, key, checkPatches(RecordPatches))
    const by = { modifiedBy: DeviceId ?? modifierOf(context), now: context.clock.now() }
    const { entries } = await context.store.transact(async (tx) => {
      const written = await writePatches(tx, { ...key, poolId: IdentityPoolId }, patches, by)
      await announce(tx, context, written, DeviceId)
      return written
    })
    return { Records: entries.map(describeEntry) }
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
  return askTrigger(context, poolId, key, patches, () =>
    context.store.read(async (tx) => {
      const dataset = await findDataset(tx, key)
      return dataset ? listPresentEntries(tx, dataset) : []
    }),
  )
}
