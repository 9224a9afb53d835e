import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms"
import { operation } from "../../../operation.ts"
import { onKey } from "../access.ts"
import { invalid, keyNotPendingDeletion } from "../errors.ts"
import { enqueueRotation } from "../rotation/work.ts"
import { DELETE_KEY } from "./deletion.ts"
import { assertNotPendingDeletion, readNamedKey } from "./find.ts"
import { updateKey } from "./record.ts"

const DAY = 24 * 60 * 60 * 1000
/** API Reference, ScheduleKeyDeletion. */
const WINDOW = { least: 7, most: 30 }

export const EnableKey = operation(EnableKeyCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId }, context) {
    await context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, KeyId, context)
      assertNotPendingDeletion(key)
      await updateKey(tx, { ...key.record, state: "Enabled" })
      await enqueueRotation(tx, context, key.record)
    })
    return {}
  },
})

export const DisableKey = operation(DisableKeyCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId }, context) {
    await context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, KeyId, context)
      assertNotPendingDeletion(key)
      await updateKey(tx, { ...key.record, state: "Disabled" })
    })
    return {}
  },
})

export const ScheduleKeyDeletion = operation(ScheduleKeyDeletionCommand, {
  access: ({ KeyId, PendingWindowInDays = WINDOW.most }, home) =>
    onKey(KeyId, home, { context: { "kms:ScheduleKeyDeletionPendingWindowInDays": String(PendingWindowInDays) } }),
  async handle({ KeyId, PendingWindowInDays = WINDOW.most }, context) {
    if (PendingWindowInDays < WINDOW.least || PendingWindowInDays > WINDOW.most)
      throw invalid(`PendingWindowInDays must be between ${WINDOW.least} and ${WINDOW.most}.`)
    return context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, KeyId, context)
      assertNotPendingDeletion(key)
      const deletionAt = context.clock.now() + PendingWindowInDays * DAY
      await updateKey(tx, { ...key.record, state: "PendingDeletion", deletionAt })
      await context.work.enqueue(tx, { kind: DELETE_KEY, key: key.record.id, dueAt: deletionAt })
      return {
        KeyId: key.arn,
        DeletionDate: new Date(deletionAt),
        KeyState: "PendingDeletion",
        PendingWindowInDays,
      }
    })
  },
})

/** What it was before is not known any more: the key is disabled then (API Reference, CancelKeyDeletion). */
export const CancelKeyDeletion = operation(CancelKeyDeletionCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId }, context) {
    return context.store.transact(async (tx) => {
      const key = await readNamedKey(tx, KeyId, context)
      if (key.record.state !== "PendingDeletion") throw keyNotPendingDeletion(key.arn)
      const { deletionAt: _, ...record } = key.record
      await updateKey(tx, { ...record, state: "Disabled" })
      return { KeyId: key.arn }
    })
  },
})
