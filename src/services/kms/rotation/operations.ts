import {
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
} from "@aws-sdk/client-kms"
import { operation } from "../../../operation.ts"
import type { Reading } from "../../../store/store.ts"
import { onKey } from "../access.ts"
import type { Home } from "../arns.ts"
import { limitExceeded, unsupported } from "../errors.ts"
import { assertEnabled, getKey, readNamedKey } from "../keys/find.ts"
import { type Key, updateKey } from "../keys/record.ts"
import { listVersions } from "../material.ts"
import { listPage } from "../paging.ts"
import { enqueueRotation, rotate } from "./work.ts"

const DAY = 24 * 60 * 60 * 1000
const DEFAULT_DAYS = 365
/** Developer Guide, "Resource quotas": on-demand rotations of a key. */
const ON_DEMAND_AT_MOST = 25

/** Symmetric keys alone are rotated. */
function assertRotatable({ record, arn }: Key): void {
  if (record.spec !== "SYMMETRIC_DEFAULT") throw unsupported(`${arn} is not a symmetric encryption key.`)
}

async function readRotatable(tx: Reading, keyId: string, home: Home): Promise<Key> {
  const key = await readNamedKey(tx, keyId, home)
  assertRotatable(key)
  assertEnabled(key)
  return key
}

export const EnableKeyRotation = operation(EnableKeyRotationCommand, {
  access: ({ KeyId, RotationPeriodInDays }, home) =>
    onKey(KeyId, home, {
      context: { "kms:RotationPeriodInDays": String(RotationPeriodInDays ?? DEFAULT_DAYS) },
    }),
  async handle({ KeyId, RotationPeriodInDays: periodInDays = DEFAULT_DAYS }, context) {
    await context.store.transact(async (tx) => {
      const { record } = await readRotatable(tx, KeyId, context)
      // Enabled again with the same period, it keeps its date.
      if (record.rotation?.periodInDays === periodInDays) return
      const rotation = { periodInDays, nextAt: context.clock.now() + periodInDays * DAY }
      await updateKey(tx, { ...record, rotation })
      await enqueueRotation(tx, context, { ...record, rotation })
    })
    return {}
  },
})

export const DisableKeyRotation = operation(DisableKeyRotationCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId }, context) {
    await context.store.transact(async (tx) => {
      const { rotation: _, ...record } = (await readRotatable(tx, KeyId, context)).record
      await updateKey(tx, record)
    })
    return {}
  },
})

export const GetKeyRotationStatus = operation(GetKeyRotationStatusCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId }, context) {
    const key = await getKey(KeyId, context)
    assertRotatable(key)
    const { rotation, state } = key.record
    return {
      KeyId: key.arn,
      KeyRotationEnabled: rotation !== undefined && state !== "PendingDeletion",
      ...(rotation && {
        RotationPeriodInDays: rotation.periodInDays,
        NextRotationDate: new Date(rotation.nextAt),
      }),
    }
  },
})

export const RotateKeyOnDemand = operation(RotateKeyOnDemandCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle({ KeyId }, context) {
    return context.store.transact(async (tx) => {
      const { record, arn } = await readRotatable(tx, KeyId, context)
      const onDemandRotations = record.onDemandRotations + 1
      if (onDemandRotations > ON_DEMAND_AT_MOST)
        throw limitExceeded(`A key is rotated on demand ${ON_DEMAND_AT_MOST} times at most.`)
      await updateKey(tx, { ...(await rotate(tx, context, record, "ON_DEMAND")), onDemandRotations })
      return { KeyId: arn }
    })
  },
})

export const ListKeyRotations = operation(ListKeyRotationsCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle(input, context) {
    const key = await getKey(input.KeyId, context)
    assertRotatable(key)
    const versions = await context.store.read((tx) => listVersions(tx, key.record.id))
    const rotations = versions
      .filter(({ rotation }) => rotation !== undefined)
      .map((one) => ({ ...one, place: String(one.version).padStart(10, "0") }))
      .reverse()
    const { items, paged } = await listPage(context.masterKey, `ListKeyRotations ${key.record.id}`, input, {
      load: async (after) => rotations.filter(({ place }) => place > after),
      keyOf: ({ place }) => place,
    })
    return {
      Rotations: items.map(({ createdAt, rotation }) => ({
        KeyId: key.arn,
        RotationDate: new Date(createdAt),
        RotationType: rotation!,
      })),
      ...paged,
    }
  },
})
