import {
  DeregisterStreamConsumerCommand,
  DescribeStreamConsumerCommand,
  ListStreamConsumersCommand,
  RegisterStreamConsumerCommand,
} from "@aws-sdk/client-kinesis"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import { listPage } from "../../../base/paging.ts"
import { operation, type Scope } from "../../../operation.ts"
import { onOwnStream, ownStreamOf, streamOf } from "../access.ts"
import { type ConsumerName, consumerArn, parseConsumerArn, type StreamName, streamArn } from "../arns.ts"
import { inUse, invalidArgument, limitExceeded, streamNotFound } from "../errors.ts"
import { CONSUMERS, CONSUMERS_IN_CREATION } from "../limits.ts"
import { getStream, readNamed } from "../streams/record.ts"
import { assertTags } from "../tag-rules.ts"
import { CHANGE_CONSUMER, type ConsumerJob, keyOfConsumer } from "./change-work.ts"
import {
  arnOfConsumer,
  type Consumer,
  countConsumers,
  getConsumer,
  insertConsumer,
  listConsumers,
  readConsumer,
  readNamedConsumer,
  updateConsumer,
} from "./record.ts"

const PAGE = 100

export const RegisterStreamConsumer = operation(RegisterStreamConsumerCommand, {
  access(input, scope) {
    const context = requestTagContext(input.Tags)
    const { resource } = onOwnStream(input, scope)
    const needed: Requirement[] = [{ resource, context }]
    // API Reference, RegisterStreamConsumer.
    if (Object.keys(input.Tags ?? {}).length > 0) needed.push({ action: "kinesis:TagResource", resource, context })
    return needed
  },
  async handle(input, context) {
    const { store, work, clock } = context
    const stream = ownStreamOf(input, context)
    const { ConsumerName: name } = input
    const tags = { ...input.Tags }
    assertTags(tags, stream)
    const consumer = await store.transact(async (tx) => {
      const record = await readNamed(tx, stream)
      if (record.status === "CREATING" || record.status === "DELETING") throw streamNotFound(stream)
      // UNVERIFIED: the three texts.
      if (await readConsumer(tx, record.id, name))
        throw inUse(`Consumer ${name} under stream ${stream.name} under account ${stream.account} already exists.`)
      if (!context.unlimitedStreams && (await countConsumers(tx, record.id)) >= CONSUMERS)
        throw limitExceeded(
          `Stream ${stream.name} under account ${stream.account} can have ${CONSUMERS} consumers at most.`,
        )
      if ((await countConsumers(tx, record.id, "CREATING")) >= CONSUMERS_IN_CREATION)
        throw limitExceeded(
          `Stream ${stream.name} under account ${stream.account} has ${CONSUMERS_IN_CREATION} consumers in the state CREATING already.`,
        )
      const made: Consumer = { streamId: record.id, name, createdAt: clock.now(), status: "CREATING", tags }
      await insertConsumer(tx, made)
      await work.enqueue(tx, jobOf(made))
      return made
    })
    const Consumer = describe(stream, consumer)
    await work.firstPiece(CHANGE_CONSUMER, keyOfConsumer(consumer))
    return { Consumer }
  },
})

const jobOf = (consumer: Consumer) => ({
  kind: CHANGE_CONSUMER,
  key: keyOfConsumer(consumer),
  body: { streamId: consumer.streamId, name: consumer.name } satisfies ConsumerJob,
})

const describe = (stream: StreamName, consumer: Consumer) => ({
  ConsumerName: consumer.name,
  ConsumerARN: arnOfConsumer(stream, consumer),
  ConsumerStatus: consumer.status,
  ConsumerCreationTimestamp: new Date(consumer.createdAt),
})

interface NamesConsumer {
  ConsumerARN?: string | undefined
  ConsumerName?: string | undefined
  StreamARN?: string | undefined
  StreamId?: string | undefined
}

/** By its ARN, by its name and the stream's ARN, or by all of them. UNVERIFIED: the texts. */
export function consumerOf(
  { ConsumerARN, ConsumerName: name, StreamARN, StreamId }: NamesConsumer,
  scope: Scope,
): ConsumerName {
  if (ConsumerARN === undefined) {
    if (StreamARN === undefined || name === undefined)
      throw invalidArgument("Either ConsumerARN or both StreamARN and ConsumerName should be provided.")
    return { stream: streamOf({ StreamARN, StreamId }, scope), name }
  }
  const consumer = parseConsumerArn(ConsumerARN)
  if (consumer?.createdAt === undefined)
    throw invalidArgument(`ConsumerARN ${ConsumerARN} is not the ARN of a consumer.`)
  streamOf({ StreamARN: streamArn(consumer.stream), StreamId }, scope)
  const isOther =
    (name !== undefined && name !== consumer.name) ||
    (StreamARN !== undefined && StreamARN !== streamArn(consumer.stream))
  if (isOther)
    throw invalidArgument(`ConsumerARN ${ConsumerARN} is not of the stream and the name that are given with it.`)
  return consumer
}

export const onConsumer = (input: NamesConsumer, scope: Scope): Requirement => ({
  resource: consumerArn(consumerOf(input, scope)),
})

export const DescribeStreamConsumer = operation(DescribeStreamConsumerCommand, {
  access: onConsumer,
  async handle(input, context) {
    const name = consumerOf(input, context)
    const consumer = await getConsumer(context.store, name)
    return { ConsumerDescription: { ...describe(name.stream, consumer), StreamARN: streamArn(name.stream) } }
  },
})

export const DeregisterStreamConsumer = operation(DeregisterStreamConsumerCommand, {
  access: (input, scope) => {
    ownStreamOf({ StreamARN: streamArn(consumerOf(input, scope).stream) }, scope)
    return onConsumer(input, scope)
  },
  async handle(input, context) {
    const { store, work } = context
    const name = consumerOf(input, context)
    const consumer = await store.transact(async (tx) => {
      const found = await readNamedConsumer(tx, name)
      await updateConsumer(tx, { ...found, status: "DELETING" })
      await work.enqueue(tx, jobOf(found))
      return found
    })
    await work.firstPiece(CHANGE_CONSUMER, keyOfConsumer(consumer))
    return {}
  },
})

export const ListStreamConsumers = operation(ListStreamConsumersCommand, {
  access: onOwnStream,
  async handle(input, context) {
    const { store, masterKey } = context
    const name = ownStreamOf(input, context)
    const { record } = await getStream(store, name)
    const created = input.StreamCreationTimestamp
    if (created && Math.floor(created.getTime() / 1000) !== Math.floor(record.createdAt / 1000))
      throw streamNotFound(name)
    const { items, next } = await store.read((tx) =>
      listPage(
        masterKey,
        {
          list: `kinesis.consumers ${record.id}`,
          token: input.NextToken,
          limit: Math.min(input.MaxResults ?? PAGE, PAGE),
          invalidToken: () => invalidArgument("Invalid NextToken."),
        },
        {
          load: (after, count) => listConsumers(tx, record.id, after, count),
          keyOf: (consumer: Consumer) => consumer.name,
        },
      ),
    )
    return {
      Consumers: items.map((consumer) => describe(name, consumer)),
      ...(next !== undefined && { NextToken: next }),
    }
  },
})
