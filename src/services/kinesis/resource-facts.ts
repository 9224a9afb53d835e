import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import type { Deps } from "../../call.ts"
import { compile, type Principal } from "../../policy/index.ts"
import { parseConsumerArn, parseStreamArn } from "./arns.ts"
import { arnOfConsumer, type Consumer, findConsumer } from "./consumers/record.ts"
import { isReplication, replicationStatement } from "./replication.ts"
import { findStream, type Stream } from "./streams/record.ts"

/**
 * The owner, the tags and the policy of a stream or a consumer. One that is not there belongs to the account that its ARN names,
 * so that strangers learn nothing of it.
 */
export function resourceFacts(
  arn: string,
  _action: string,
  { store }: Pick<Deps, "store">,
  _requirement: unknown,
  principal: Principal,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  const name = parseStreamArn(arn)
  if (!name) return consumerFacts(arn, store)
  const { account } = name
  const facts = (stream: Stream | undefined): ResourceFacts =>
    stream ? (isReplication(principal) ? replicationFacts(stream) : factsOf(stream)) : { account }
  const found = findStream(store, name)
  return found instanceof Promise ? found.then(facts) : facts(found)
}

const known = new WeakMap<object, ResourceFacts>()

/** Kept as long as the stream is: a policy is compiled once. */
function factsOf(stream: Stream): ResourceFacts {
  let facts = known.get(stream)
  if (!facts) {
    const { account, tags, policy, name } = stream.record
    facts = { account, tags, ...(policy !== undefined && { policy: compile(policy, { name: `stream ${name}` }) }) }
    known.set(stream, facts)
  }
  return facts
}

const replicated = new WeakMap<Stream, ResourceFacts>()

/** The same, with what DynamoDB's service-linked role may beside it. */
function replicationFacts(stream: Stream): ResourceFacts {
  const found = replicated.get(stream)
  if (found) return found
  const { account, tags, policy, name } = stream.record
  const own: { Statement?: unknown } = policy === undefined ? {} : JSON.parse(policy)
  const Statement = [own.Statement ?? [], replicationStatement(stream)].flat()
  const document = JSON.stringify({ Version: "2012-10-17", ...own, Statement })
  const facts = { account, tags, policy: compile(document, { name: `stream ${name}` }) }
  replicated.set(stream, facts)
  return facts
}

async function consumerFacts(arn: string, store: Deps["store"]): Promise<ResourceFacts | undefined> {
  const name = parseConsumerArn(arn)
  if (!name) return undefined
  const { account } = name.stream
  const consumer = await findConsumer(store, name)
  // What is asked for by name alone has an ARN that ends in its time: policies end in a `*` there.
  if (!consumer) return { account, ...(name.createdAt === undefined && { arn: `${arn}:0` }) }
  const { tags, policy } = consumer
  return {
    account,
    arn: arnOfConsumer(name.stream, consumer),
    tags,
    ...(policy !== undefined && { policy: compiled(consumer, policy) }),
  }
}

const policies = new WeakMap<Consumer, ReturnType<typeof compile>>()

function compiled(consumer: Consumer, policy: string) {
  let found = policies.get(consumer)
  if (!found) {
    found = compile(policy, { name: `consumer ${consumer.name}` })
    policies.set(consumer, found)
  }
  return found
}
