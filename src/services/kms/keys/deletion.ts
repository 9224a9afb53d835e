import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { again, done, later, type Worker } from "../../../work/job.ts"
import { deleteAlias, readAlias } from "../aliases/record.ts"
import { deleteGrantsOf } from "../grants/record.ts"
import { deleteMaterial } from "../material.ts"
import { type Key, keyChanged, readKey } from "./record.ts"

export const DELETE_KEY = "kms:delete-key"
const GRANTS_AT_ONCE = 500

/** Deletes a key when its waiting time has run out, its grants in pieces: the key is unusable already. */
export const deletionWork: Worker<Pick<Deps, "store" | "clock">> = {
  run: ({ key: id }, { store, clock }) =>
    store.transact(async (tx) => {
      const key = await readKey(tx, id)
      if (key?.record.state !== "PendingDeletion") return done
      const { deletionAt = 0 } = key.record
      if (deletionAt > clock.now()) return later(deletionAt)
      if ((await deleteGrantsOf(tx, id, GRANTS_AT_ONCE)) === GRANTS_AT_ONCE) return again()
      await removeKey(tx, key)
      return done
    }),
}

async function removeKey(tx: Writing, { record, aliases }: Key): Promise<void> {
  for (const name of aliases) {
    const alias = await readAlias(tx, { account: record.account, region: record.region, name })
    if (alias) await deleteAlias(tx, alias)
  }
  await deleteMaterial(tx, record.id)
  await tx.run("DELETE FROM kms_keys WHERE key_id = $1", record.id)
  await keyChanged(tx, record.id)
}
