import type { KeyObject } from "node:crypto"
import type { KeyUsageType } from "@aws-sdk/client-kms"
import type { CallContext, Deps } from "../../../call.ts"
import type { KeyRequirement } from "../access.ts"
import { findKeyName } from "../arns.ts"
import { dryRun, invalidKeyUsage } from "../errors.ts"
import { assertEnabled, findNamedKey, nameNotFound } from "../keys/find.ts"
import type { Key } from "../keys/record.ts"
import { findMaterial } from "../material.ts"

/** The key that a requirement was about, ready to be used. */
export async function openKey(requirement: KeyRequirement, usage: KeyUsageType, context: CallContext): Promise<Key> {
  const name = findKeyName(requirement.resource)!
  const key = await findNamedKey(context, name)
  if (!key) throw nameNotFound(name)
  // An alias may have come to stand for another key since it was asked about.
  if (name.is === "alias") {
    const asked = { ...requirement.context, "kms:RequestAlias": name.name }
    await context.assertAllowed({ ...requirement, resource: key.arn, context: asked })
  }
  assertUsable(key, usage)
  return key
}

export function assertUsable(key: Key, usage: KeyUsageType): void {
  assertEnabled(key)
  if (key.record.usage !== usage) throw invalidKeyUsage(key.arn, key.record.usage, usage)
}

/** What a version of the key encrypts with; that of the current version where none is given. */
export async function materialOf(
  { store, masterKey }: Pick<Deps, "store" | "masterKey">,
  { record }: Key,
  version = record.version,
): Promise<KeyObject | undefined> {
  return findMaterial(store, masterKey, record.id, version)
}

/** Of the version that encrypts, which is there for as long as the key is. */
export async function currentMaterial(deps: Pick<Deps, "store" | "masterKey">, key: Key): Promise<KeyObject> {
  const material = await materialOf(deps, key)
  if (!material) throw new Error(`The key ${key.record.id} has lost its material.`)
  return material
}

/** Ends a request that only asks whether it would succeed. */
export function assertNoDryRun({ DryRun }: { DryRun?: boolean | undefined }): void {
  if (DryRun) throw dryRun()
}
