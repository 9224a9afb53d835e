import { ListResourceTagsCommand, type Tag, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-kms"
import { requestTagContext } from "../../authorization/request-tags.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { onKey } from "./access.ts"
import { tagFault } from "./errors.ts"
import { assertNotPendingDeletion, getKey, readNamedKey } from "./keys/find.ts"
import { updateKey } from "./keys/record.ts"
import { listPage } from "./paging.ts"

/** Developer Guide, "Tagging keys". */
const MOST_TAGS = 50

/** The request's own tag members, whose names no other service has. */
export const requestTags = (tags: readonly Tag[] = []) =>
  requestTagContext(tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })))

export function parseTags(tags: readonly Tag[]): Record<string, string> {
  const parsed: Record<string, string> = Object.create(null)
  for (const { TagKey = "", TagValue = "" } of tags) {
    if (/^aws:/i.test(TagKey)) throw tagFault("aws: prefixed tag key names are not allowed for external use.")
    if (Object.hasOwn(parsed, TagKey)) throw tagFault("Duplicate tag keys")
    parsed[TagKey] = TagValue
  }
  return parsed
}

export function assertCount(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > MOST_TAGS) throw tagFault(`A key has at most ${MOST_TAGS} tags.`)
}

export const TagResource = operation(TagResourceCommand, {
  access: ({ KeyId, Tags }, home) => onKey(KeyId, home, { context: requestTags(Tags) }),
  async handle({ KeyId, Tags }, context) {
    const tags = parseTags(Tags)
    await changeTags(KeyId, context, (before) => ({ ...before, ...tags }))
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ KeyId, TagKeys }, home) => onKey(KeyId, home, { context: { "aws:TagKeys": TagKeys } }),
  async handle({ KeyId, TagKeys }, context) {
    await changeTags(KeyId, context, (before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !TagKeys.includes(key))),
    )
    return {}
  },
})

export const ListResourceTags = operation(ListResourceTagsCommand, {
  access: ({ KeyId }, home) => onKey(KeyId, home),
  async handle(input, context) {
    const { record } = await getKey(input.KeyId, context)
    const { items, paged } = await listPage(context.masterKey, `ListResourceTags ${record.id}`, input, {
      load: async (after) =>
        Object.keys(record.tags)
          .filter((key) => key > after)
          .sort(),
      keyOf: (key) => key,
    })
    return { Tags: items.map((TagKey) => ({ TagKey, TagValue: record.tags[TagKey]! })), ...paged }
  },
})

async function changeTags(
  keyId: string,
  context: CallContext,
  change: (before: Record<string, string>) => Record<string, string>,
): Promise<void> {
  await context.store.transact(async (tx) => {
    const key = await readNamedKey(tx, keyId, context)
    assertNotPendingDeletion(key)
    const tags = change(key.record.tags)
    assertCount(tags)
    await updateKey(tx, { ...key.record, tags })
  })
}
