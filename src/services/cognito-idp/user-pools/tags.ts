import {
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { parseArn } from "../../../base/arn.ts"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { tagContext } from "../access.ts"
import { invalidParameter, userPoolTagging } from "../errors.ts"
import { changePool, getUserPool, type UserPool } from "./record.ts"

/** Source: "Tagging your AWS resources", restrictions. */
const MAX_TAGS = 50

export function assertTags(tags: Record<string, string> | undefined): void {
  const keys = Object.keys(tags ?? {})
  if (keys.some((key) => /^aws:/i.test(key)))
    throw userPoolTagging("Tag keys starting with 'aws:' are reserved for system use.") // UNVERIFIED text
  if (keys.length > MAX_TAGS) throw userPoolTagging(`The number of tags exceeds the limit of ${MAX_TAGS}.`) // UNVERIFIED text
}

async function getTagged(resourceArn: string, context: CallContext): Promise<UserPool> {
  const arn = parseArn(resourceArn)
  const id = /^userpool\/([\w-]+_[0-9a-zA-Z]+)$/.exec(arn?.resource ?? "")?.[1]
  if (
    arn?.partition !== "aws" ||
    arn.service !== "cognito-idp" ||
    id === undefined ||
    arn.region !== context.region ||
    arn.account !== context.account
  )
    throw invalidParameter("Invalid ARN.") // UNVERIFIED text
  return getUserPool(id, context)
}

export const TagResource = operation(TagResourceCommand, {
  access({ ResourceArn, Tags }) {
    const context = tagContext(Tags)
    return { resource: ResourceArn, ...(context && { context }) }
  },
  async handle({ ResourceArn, Tags }, context) {
    const pool = await getTagged(ResourceArn, context)
    await changePool(context.store, context.clock, pool.id, (body) => {
      body.tags = { ...body.tags, ...Tags }
      assertTags(body.tags)
    })
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ ResourceArn, TagKeys }) => ({
    resource: ResourceArn,
    ...(TagKeys.length > 0 && { context: { "aws:TagKeys": TagKeys } }),
  }),
  async handle({ ResourceArn, TagKeys }, context) {
    const pool = await getTagged(ResourceArn, context)
    await changePool(context.store, context.clock, pool.id, (body) => {
      body.tags = Object.fromEntries(Object.entries(body.tags).filter(([key]) => !TagKeys.includes(key)))
    })
    return {}
  },
})

export const ListTagsForResource = operation(ListTagsForResourceCommand, {
  access: ({ ResourceArn }) => ({ resource: ResourceArn }),
  async handle({ ResourceArn }, context) {
    return { Tags: (await getTagged(ResourceArn, context)).tags }
  },
})
