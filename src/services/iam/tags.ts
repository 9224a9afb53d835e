import { duplicateTagKeys, overQuota, reservedTagKey } from "./errors.ts"
import { TAGS_QUOTA } from "./quotas.ts"

export interface Tag {
  Key: string
  Value: string
}

/** IAM User Guide, "Tags for IAM resources": keys are kept as written, but two that differ by case alone are one. */
const keyOf = (key: string): string => key.toLowerCase()

export function assertTags(tags: readonly Tag[]): void {
  if (new Set(tags.map(({ Key }) => keyOf(Key))).size < tags.length) throw duplicateTagKeys()
  if (tags.some(({ Key }) => keyOf(Key).startsWith("aws:"))) throw reservedTagKey()
}

/** The tags after `added` were put over `existing`. `owner` is how the quota's name ends: `Role`. */
export function mergeTags(existing: readonly Tag[], added: readonly Tag[], owner: string): Tag[] {
  assertTags(added)
  const merged = new Map<string, Tag>()
  for (const tag of existing) merged.set(keyOf(tag.Key), tag)
  for (const { Key, Value } of added) {
    // A key keeps the case it was first written in. UNVERIFIED.
    merged.set(keyOf(Key), { Key: merged.get(keyOf(Key))?.Key ?? Key, Value })
  }
  if (merged.size > TAGS_QUOTA) throw overQuota(`TagsPer${owner}`, TAGS_QUOTA)
  return [...merged.values()]
}

export function withoutTags(existing: readonly Tag[], keys: readonly string[]): Tag[] {
  const gone = new Set(keys.map(keyOf))
  return existing.filter(({ Key }) => !gone.has(keyOf(Key)))
}

/** Without a prototype: a key may be `__proto__`. */
export function tagRecord(tags: readonly Tag[]): Record<string, string> {
  const record: Record<string, string> = Object.create(null)
  for (const { Key, Value } of tags) record[Key] = Value
  return record
}
