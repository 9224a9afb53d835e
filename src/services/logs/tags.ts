import {
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch-logs"
import { requestTagContext } from "../../authorization/request-tags.ts"
import { operation, type Scope } from "../../operation.ts"
import { groupOf, onGroup } from "./access.ts"
import { type GroupName, parseGroupArn } from "./arns.ts"
import { resourceNotFound, tooManyTags } from "./errors.ts"
import { changeGroup, findGroup, type Group, getGroup } from "./groups/record.ts"

const TAGS_AT_MOST = 50

export function assertTags(tags: Readonly<Record<string, string>>): void {
  if (Object.keys(tags).length > TAGS_AT_MOST) throw tooManyTags()
}

/** Log groups are what can be tagged here. */
function taggedBy(resourceArn: string, { account, region }: Scope): GroupName {
  const group = parseGroupArn(resourceArn)
  if (group?.account !== account || group.region !== region) throw resourceNotFound()
  return group
}

const withTags = (added: Readonly<Record<string, string>>) => (group: Group) => {
  const tags = { ...group.tags, ...added }
  assertTags(tags)
  return { ...group, tags }
}

const withoutTags = (keys: readonly string[]) => (group: Group) => ({
  ...group,
  tags: Object.fromEntries(Object.entries(group.tags).filter(([key]) => !keys.includes(key))),
})

export const TagResource = operation(TagResourceCommand, {
  access: ({ resourceArn, tags }) => ({ resource: resourceArn, context: requestTagContext(tags) }),
  async handle({ resourceArn, tags }, context) {
    await context.store.transact((tx) => changeGroup(tx, taggedBy(resourceArn, context), withTags(tags)))
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: ({ resourceArn, tagKeys }) => ({ resource: resourceArn, context: { "aws:TagKeys": tagKeys } }),
  async handle({ resourceArn, tagKeys }, context) {
    await context.store.transact((tx) => changeGroup(tx, taggedBy(resourceArn, context), withoutTags(tagKeys)))
    return {}
  },
})

export const ListTagsForResource = operation(ListTagsForResourceCommand, {
  access: ({ resourceArn }) => ({ resource: resourceArn }),
  async handle({ resourceArn }, context) {
    const group = await findGroup(context.store, taggedBy(resourceArn, context))
    if (!group) throw resourceNotFound()
    return { tags: { ...group.tags } }
  },
})

// The older operations, which name the group. Clients from before 2022 know no others.

export const TagLogGroup = operation(TagLogGroupCommand, {
  access: (input, scope) => ({ ...onGroup(input, scope), context: requestTagContext(input.tags) }),
  async handle({ tags, ...input }, context) {
    await context.store.transact((tx) => changeGroup(tx, groupOf(input, context), withTags(tags)))
    return {}
  },
})

export const UntagLogGroup = operation(UntagLogGroupCommand, {
  access: (input, scope) => ({ ...onGroup(input, scope), context: { "aws:TagKeys": input.tags } }),
  async handle({ tags, ...input }, context) {
    await context.store.transact((tx) => changeGroup(tx, groupOf(input, context), withoutTags(tags)))
    return {}
  },
})

export const ListTagsLogGroup = operation(ListTagsLogGroupCommand, {
  access: onGroup,
  handle: async (input, context) => ({ tags: { ...(await getGroup(context.store, groupOf(input, context))).tags } }),
})
