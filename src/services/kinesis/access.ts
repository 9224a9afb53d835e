import type { Requirement } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"
import { type ConsumerName, consumerArn, parseConsumerArn, parseStreamArn, type StreamName, streamArn } from "./arns.ts"
import { invalidArgument, notBuilt } from "./errors.ts"

/** How requests name a stream: by its name, its ARN, or both. */
export interface NamesStream {
  StreamName?: string | undefined
  StreamARN?: string | undefined
  StreamId?: string | undefined
}

/** API Reference: "Not Implemented. Reserved for future use." */
export function assertNoStreamId({ StreamId }: { StreamId?: string | undefined }): void {
  if (StreamId !== undefined) throw notBuilt("StreamId, which the API Reference reserves for future use,")
}

/** UNVERIFIED: the texts, but for those that ListShards has of its own. */
export function streamOf(input: NamesStream, { account, region }: Scope): StreamName {
  assertNoStreamId(input)
  const { StreamName: name, StreamARN: arn } = input
  if (arn === undefined) {
    if (name === undefined) throw invalidArgument("Either StreamName or StreamARN should be provided.")
    return { account, region, name }
  }
  const stream = parseStreamArn(arn)
  if (!stream) throw invalidArgument(`StreamARN ${arn} is not the ARN of a stream.`)
  if (stream.region !== region) throw invalidArgument(`StreamARN ${arn} is not of the region ${region}.`)
  if (name !== undefined && name !== stream.name)
    throw invalidArgument(`StreamName ${name} and StreamARN ${arn} do not name the same stream.`)
  return stream
}

/** What is written, read and looked at, which a policy of the stream may let other accounts do. */
export const onStream = (input: NamesStream, scope: Scope): Requirement => ({
  resource: streamArn(streamOf(input, scope)),
})

/**
 * What changes the stream itself. Developer Guide, "Sharing your data stream with another account": a policy of the stream
 * shares none of it.
 */
export function ownStreamOf(input: NamesStream, scope: Scope): StreamName {
  const stream = streamOf(input, scope)
  if (stream.account !== scope.account) throw ofAnotherAccount(streamArn(stream))
  return stream
}

export const onOwnStream = (input: NamesStream, scope: Scope): Requirement => ({
  resource: streamArn(ownStreamOf(input, scope)),
})

/** UNVERIFIED: code and text. */
const ofAnotherAccount = (arn: string) => invalidArgument(`${arn} belongs to another account, which alone can do this.`)

/** What tags and policies are set on: a stream or a consumer. */
export type Resource = { is: "stream"; stream: StreamName } | ({ is: "consumer" } & ConsumerName)

export function ownResourceOf(input: { ResourceARN: string; StreamId?: string | undefined }, scope: Scope): Resource {
  assertNoStreamId(input)
  const { ResourceARN: arn } = input
  const stream = parseStreamArn(arn)
  const resource: Resource | undefined = stream ? { is: "stream", stream } : consumerResource(arn)
  if (!resource) throw invalidArgument(`ResourceARN ${arn} is not the ARN of a stream or a consumer.`)
  if (resource.stream.region !== scope.region)
    throw invalidArgument(`ResourceARN ${arn} is not of the region ${scope.region}.`)
  if (resource.stream.account !== scope.account) throw ofAnotherAccount(arn)
  return resource
}

function consumerResource(arn: string): Resource | undefined {
  const consumer = parseConsumerArn(arn)
  return consumer?.createdAt === undefined ? undefined : { is: "consumer", ...consumer }
}

export const onOwnResource = (
  input: { ResourceARN: string; StreamId?: string | undefined },
  scope: Scope,
): Requirement => {
  const resource = ownResourceOf(input, scope)
  return { resource: resource.is === "stream" ? streamArn(resource.stream) : consumerArn(resource) }
}
