import { ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-organizations"
import { requestTagContext } from "../../authorization/request-tags.ts"
import { operation } from "../../operation.ts"
import type { Reading, Writing } from "../../store/store.ts"
import { findMember } from "./account-record.ts"
import { partialArn } from "./arns.ts"
import { duplicateTagKey, reservedTagKey, targetNotFound, tooManyTags } from "./errors.ts"
import { getManagedOrganization } from "./organization.ts"
import { listPage } from "./paging.ts"
import { findUnit } from "./unit-record.ts"

interface Tag {
  Key?: string | undefined
  Value?: string | undefined
}

/** Source: Organizations User Guide, "Tagging resources": 50 for each. */
const TAGS_AT_MOST = 50

export function assertTags(tags: readonly Tag[]): void {
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw duplicateTagKey()
  if (tags.some(({ Key }) => /^aws:/i.test(Key!))) throw reservedTagKey()
  if (tags.length > TAGS_AT_MOST) throw tooManyTags()
}

/** In the order of their keys. */
export const listTags = (tx: Reading, id: string): Promise<{ Key: string; Value: string }[]> =>
  tx
    .all<{ tag_key: string; tag_value: string }>(
      "SELECT tag_key, tag_value FROM org_tags WHERE resource_id = $1 ORDER BY tag_key",
      id,
    )
    .then((rows) => rows.map(({ tag_key, tag_value }) => ({ Key: tag_key, Value: tag_value })))

export async function putTags(tx: Writing, id: string, tags: readonly Tag[]): Promise<void> {
  for (const { Key, Value } of tags)
    await tx.run(
      `INSERT INTO org_tags (resource_id, tag_key, tag_value) VALUES ($1, $2, $3)
       ON CONFLICT (resource_id, tag_key) DO UPDATE SET tag_value = excluded.tag_value`,
      id,
      Key!,
      Value!,
    )
}

/** Roots, units and accounts of the caller's organization; policies are not there. */
async function assertTarget(tx: Reading, account: string, id: string): Promise<void> {
  const { id: orgId, rootId } = await getManagedOrganization(tx, account)
  if (id === rootId) return
  if (!(await (id.startsWith("ou-") ? findUnit : findMember)(tx, orgId, id))) throw targetNotFound()
}

export const TagResource = operation(TagResourceCommand, {
  access: ({ ResourceId, Tags }, { account }) => ({
    resource: partialArn(account, ResourceId),
    context: requestTagContext(Tags),
  }),
  async handle({ ResourceId, Tags }, { store, account }) {
    assertTags(Tags)
    await store.transact(async (tx) => {
      await assertTarget(tx, account, ResourceId)
      await putTags(tx, ResourceId, Tags)
      if ((await listTags(tx, ResourceId)).length > TAGS_AT_MOST) throw tooManyTags()
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ ResourceId, TagKeys }, { account }) => ({
    resource: partialArn(account, ResourceId),
    context: { "aws:TagKeys": TagKeys },
  }),
  async handle({ ResourceId, TagKeys }, { store, account }) {
    await store.transact(async (tx) => {
      await assertTarget(tx, account, ResourceId)
      for (const key of TagKeys)
        await tx.run("DELETE FROM org_tags WHERE resource_id = $1 AND tag_key = $2", ResourceId, key)
    })
    return {}
  },
})

export const ListTagsForResource = operation(ListTagsForResourceCommand, {
  access: ({ ResourceId }, { account }) => ({ resource: partialArn(account, ResourceId) }),
  handle: ({ ResourceId, NextToken }, { store, account, masterKey }) =>
    store.read(async (tx) => {
      await assertTarget(tx, account, ResourceId)
      const tags = await listTags(tx, ResourceId)
      const { items, NextToken: next } = await listPage(
        masterKey,
        `ListTagsForResource ${ResourceId}`,
        { NextToken, MaxResults: TAGS_AT_MOST },
        { load: async (after) => tags.filter(({ Key }) => Key > after), keyOf: ({ Key }) => Key },
      )
      return { Tags: items, ...(next && { NextToken: next }) }
    }),
})
