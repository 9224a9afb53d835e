import { GetTagsCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-api-gateway"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { operation } from "../../../operation.ts"
import { tagsArn } from "../access.ts"
import { assertTags } from "../tag-rules.ts"
import { getTagOwner } from "./owners.ts"

export const TagResource = operation(TagResourceCommand, {
  access: ({ resourceArn, tags }, { region }) => ({
    action: "apigateway:PUT",
    resource: tagsArn(region, resourceArn),
    context: requestTagContext(tags),
  }),
  async handle({ resourceArn, tags }, context) {
    await context.store.transact(async (tx) => {
      const owner = await getTagOwner(tx, resourceArn, context)
      assertTags(tags, owner.tags)
      const changed = { ...owner.tags, ...tags }
      await owner.put(tx, Object.keys(changed).length > 0 ? changed : undefined)
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ resourceArn, tagKeys }, { region }) => ({
    action: "apigateway:DELETE",
    resource: tagsArn(region, resourceArn),
    context: { "aws:TagKeys": tagKeys },
  }),
  async handle({ resourceArn, tagKeys }, context) {
    await context.store.transact(async (tx) => {
      const owner = await getTagOwner(tx, resourceArn, context)
      const gone = new Set(tagKeys)
      const left = Object.entries(owner.tags).filter(([key]) => !gone.has(key))
      await owner.put(tx, left.length > 0 ? Object.fromEntries(left) : undefined)
    })
    return {}
  },
})

/** All of them: there are fifty at most. */
export const GetTags = operation(GetTagsCommand, {
  access: ({ resourceArn }, { region }) => ({ action: "apigateway:GET", resource: tagsArn(region, resourceArn) }),
  handle: ({ resourceArn }, context) =>
    context.store.read(async (tx) => ({ tags: { ...(await getTagOwner(tx, resourceArn, context)).tags } })),
})
