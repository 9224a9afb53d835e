import type { Requirement } from "../../authorization/requirement.ts"
import type { Scope } from "../../operation.ts"
import type { Store } from "../../store/store.ts"
import { findStream, parseStreamArn, readStream, type Shard, type Stream } from "../dynamodb/service.ts"
import { invalidStreamArn, shardNotFound, streamNotFound } from "./errors.ts"

export const onStream = ({ StreamArn }: { StreamArn: string }): Requirement => ({ resource: StreamArn })

/** The stream that a request names. One of another region is not here. */
export async function getStream(
  arn: string,
  { store, region }: Pick<Scope, "region"> & { store: Store },
): Promise<Stream> {
  const address = parseStreamArn(arn)
  if (!address) throw invalidStreamArn(arn)
  const stream = address.region === region ? await findStream(store, address) : undefined
  if (!stream) throw streamNotFound(arn)
  return stream
}

/** A shard of it. One that has just been opened, on another node perhaps, is looked for in the database. */
export async function getShard(stream: Stream, isAsked: (shard: Shard) => boolean, store: Store): Promise<Shard> {
  const known = stream.shards.find(isAsked)
  if (known) return known
  const fresh = await store.read((tx) => readStream(tx, stream.record))
  const shard = fresh?.shards.find(isAsked)
  if (!shard) throw shardNotFound()
  return shard
}
