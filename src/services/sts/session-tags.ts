import type { RoleSession } from "../../authentication/session-record.ts"
import { duplicateTagKeys, reservedTagKey, transitiveKeyConflict, transitiveKeyWithoutTag } from "./errors.ts"

export interface Tag {
  Key: string
  Value: string
}

export interface SessionTags {
  /** Those of the request and those that are inherited. */
  tags: Record<string, string>
  /** All keys that the session hands on. */
  transitiveTagKeys: string[]
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/**
 * The tags of a new session: the request's, and the transitive ones of the session that asks, which the request may not
 * set again (IAM User Guide, "Chaining roles with session tags").
 */
export function sessionTagsOf(
  requested: readonly Tag[],
  transitive: readonly string[],
  parent: RoleSession | undefined,
): SessionTags {
  assertSessionTags(requested)
  const isRequested = (key: string) => requested.some(({ Key }) => same(Key, key))
  if (!transitive.every(isRequested)) throw transitiveKeyWithoutTag()
  const inherited = (parent?.transitiveTagKeys ?? []).filter((key) => parent?.tags && Object.hasOwn(parent.tags, key))
  if (inherited.some(isRequested)) throw transitiveKeyConflict()
  const tags = tagRecord(requested)
  for (const key of inherited) tags[key] = parent!.tags![key]!
  return { tags, transitiveTagKeys: [...inherited, ...transitive] }
}

export function assertSessionTags(tags: readonly Tag[]): void {
  const keys = new Set(tags.map(({ Key }) => Key.toLowerCase()))
  if (keys.size < tags.length) throw duplicateTagKeys()
  for (const key of keys) if (key.startsWith("aws:")) throw reservedTagKey()
}

/** Without a prototype: a key may be `__proto__`. */
export function tagRecord(tags: readonly Tag[]): Record<string, string> {
  const record: Record<string, string> = Object.create(null)
  for (const { Key, Value } of tags) record[Key] = Value
  return record
}
