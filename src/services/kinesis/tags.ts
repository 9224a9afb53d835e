import {
  AddTagsToStreamCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  RemoveTagsFromStreamCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-kinesis"
import { requestTagContext } from "../../authorization/request-tags.ts"
import type { CallContext } from "../../call.ts"
import { operation } from "../../operation.ts"
import { onOwnResource, onOwnStream, ownResourceOf, ownStreamOf, type Resource } from "./access.ts"
import { changeConsumer, getConsumer } from "./consumers/record.ts"
import { getStream } from "./streams/record.ts"
import { changeAtOnce } from "./streams/settings.ts"
import { assertTags, type Tags, withoutTags } from "./tag-rules.ts"

async function changeTags(context: CallContext, resource: Resource, change: (tags: Tags) => Tags): Promise<void> {
  if (resource.is === "stream")
    await changeAtOnce(context, resource.stream, (record) => ({ ...record, tags: change(record.tags) }))
  else await changeConsumer(context.store, resource, (consumer) => ({ ...consumer, tags: change(consumer.tags) }))
}

const adding =
  (added: Tags, { stream }: Resource) =>
  (tags: Tags): Tags => {
    assertTags(added, stream, tags)
    return { ...tags, ...added }
  }

const wire = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

export const TagResource = operation(TagResourceCommand, {
  access: (input, scope) => ({ ...onOwnResource(input, scope), context: requestTagContext(input.Tags) }),
  async handle(input, context) {
    const resource = ownResourceOf(input, context)
    await changeTags(context, resource, adding(input.Tags, resource))
    return {}
  },
})

export const UntagResource = operation(UntagResourceCommand, {
  access: (input, scope) => ({ ...onOwnResource(input, scope), context: { "aws:TagKeys": input.TagKeys } }),
  async handle(input, context) {
    await changeTags(context, ownResourceOf(input, context), (tags) => withoutTags(tags, input.TagKeys))
    return {}
  },
})

export const ListTagsForResource = operation(ListTagsForResourceCommand, {
  access: onOwnResource,
  async handle(input, context) {
    const resource = ownResourceOf(input, context)
    const { tags } =
      resource.is === "stream"
        ? (await getStream(context.store, resource.stream)).record
        : await getConsumer(context.store, resource)
    return { Tags: wire(tags) }
  },
})

// The older operations, which know streams alone. Both work on one set of tags.

export const AddTagsToStream = operation(AddTagsToStreamCommand, {
  access: (input, scope) => ({ ...onOwnStream(input, scope), context: requestTagContext(input.Tags) }),
  async handle(input, context) {
    const resource: Resource = { is: "stream", stream: ownStreamOf(input, context) }
    await changeTags(context, resource, adding(input.Tags, resource))
    return {}
  },
})

export const RemoveTagsFromStream = operation(RemoveTagsFromStreamCommand, {
  access: (input, scope) => ({ ...onOwnStream(input, scope), context: { "aws:TagKeys": input.TagKeys } }),
  async handle(input, context) {
    const resource: Resource = { is: "stream", stream: ownStreamOf(input, context) }
    await changeTags(context, resource, (tags) => withoutTags(tags, input.TagKeys))
    return {}
  },
})

export const ListTagsForStream = operation(ListTagsForStreamCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const { record } = await getStream(context.store, ownStreamOf(input, context))
    const { ExclusiveStartTagKey: after = "", Limit = Number.POSITIVE_INFINITY } = input
    const left = Object.entries(record.tags)
      .filter(([key]) => key > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return { Tags: wire(Object.fromEntries(left.slice(0, Limit))), HasMoreTags: left.length > Limit }
  },
})
