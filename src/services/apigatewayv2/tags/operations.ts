import { GetTagsCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-apigatewayv2"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import { operation } from "../../../operation.ts"
import { on } from "../access.ts"
import { assertTags } from "./limits.ts"
import { getTagOwner } from "./owners.ts"

/** The ARN is a part of the path, as it is sent there. */
const path = ({ ResourceArn }: { ResourceArn: string }) => `/tags/${encodeURIComponent(ResourceArn)}`

export const TagResource = operation(TagResourceCommand, {
  access: on("POST", path, ({ Tags }) => requestTagContext(Tags)),
  async handle({ ResourceArn, Tags = {} }, context) {
    await context.store.transact(async (tx) => {
      const owner = await getTagOwner(tx, ResourceArn, context)
      assertTags(Tags, owner.tags)
      await owner.put(tx, { ...owner.tags, ...Tags })
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: on("DELETE", path, ({ TagKeys }) => ({ "aws:TagKeys": TagKeys })),
  async handle({ ResourceArn, TagKeys }, context) {
    await context.store.transact(async (tx) => {
      const owner = await getTagOwner(tx, ResourceArn, context)
      const gone = new Set(TagKeys)
      await owner.put(tx, Object.fromEntries(Object.entries(owner.tags).filter(([key]) => !gone.has(key))))
    })
    return {}
  },
})

export const GetTags = operation(GetTagsCommand, {
  access: on("GET", path),
  handle: ({ ResourceArn }, context) =>
    context.store.read(async (tx) => ({ Tags: { ...(await getTagOwner(tx, ResourceArn, context)).tags } })),
})
