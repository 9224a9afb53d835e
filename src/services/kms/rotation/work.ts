import type { Deps } from "../../../call.ts"
import type { Writing } from "../../../store/store.ts"
import { done, later, type Worker } from "../../../work/job.ts"
import { type KeyRecord, readKey, updateKey } from "../keys/record.ts"
import { insertMaterial, type MaterialBody, secretKey } from "../material.ts"

export const ROTATE = "kms:rotate"
const DAY = 24 * 60 * 60 * 1000

/** Begins it, or lets it look again, in the transaction that enables it. */
export async function enqueueRotation(
  tx: Writing,
  { work }: Pick<Deps, "work">,
  { id, rotation }: KeyRecord,
): Promise<void> {
  if (rotation) await work.enqueue(tx, { kind: ROTATE, key: id, dueAt: rotation.nextAt })
}

/** Gives the key a new version, which encrypts from now on. */
export async function rotate(
  tx: Writing,
  { masterKey, clock }: Pick<Deps, "masterKey" | "clock">,
  record: KeyRecord,
  rotation: NonNullable<MaterialBody["rotation"]>,
): Promise<KeyRecord> {
  const version = record.version + 1
  const createdAt = clock.now()
  await insertMaterial(tx, masterKey, { keyId: record.id, version, body: { createdAt, rotation } }, secretKey(32))
  return { ...record, version }
}

/** A disabled key is not rotated; it is when it is enabled again (Developer Guide, "Rotating AWS KMS keys"). */
export const rotationWork: Worker<Pick<Deps, "store" | "clock" | "masterKey">> = {
  run: ({ key: id }, deps) =>
    deps.store.transact(async (tx) => {
      const { record } = (await readKey(tx, id)) ?? {}
      if (!record?.rotation || record.state !== "Enabled") return done
      const { nextAt, periodInDays } = record.rotation
      const now = deps.clock.now()
      if (nextAt > now) return later(nextAt)
      const next = now + periodInDays * DAY
      const rotated = await rotate(tx, deps, record, "AUTOMATIC")
      await updateKey(tx, { ...rotated, rotation: { periodInDays, nextAt: next } })
      return later(next)
    }),
}
