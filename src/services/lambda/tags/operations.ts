import { ListTagsCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-lambda"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { operation } from "../../../operation.ts"
import { notProcessable } from "../errors.ts"
import { assertTags } from "./limits.ts"
import { getTagOwner } from "./owners.ts"

export const TagResource = operation(TagResourceCommand, {
  access: ({ Resource, Tags }) => ({ resource: Resource, context: requestTagContext(Tags) }),
  async handle({ Resource, Tags }, context) {
    await context.store.transact(async (tx) => {
      const owner = await getTagOwner(tx, Resource, context)
      if (Object.keys(Tags).length === 0) throw notProcessable()
      assertTags(Tags, owner.tags)
      await owner.put(tx, { ...owner.tags, ...Tags })
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ Resource, TagKeys }) => ({ resource: Resource, context: { "aws:TagKeys": TagKeys } }),
  async handle({ Resource, TagKeys }, context) {
    await context.store.transact(async (tx) => {
      const owner = await getTagOwner(tx, Resource, context)
      const gone = new Set(TagKeys)
      await owner.put(tx, Object.fromEntries(Object.entries(owner.tags).filter(([key]) => !gone.has(key))))
    })
    return {}
  },
})

export const ListTags = operation(ListTagsCommand, {
  access: ({ Resource }) => ({ resource: Resource }),
  handle: async ({ Resource }, context) => ({
    Tags: (await context.store.read((tx) => getTagOwner(tx, Resource, context))).tags,
  }),
})
