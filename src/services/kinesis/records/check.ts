import type { Clock } from "../../../base/clock.ts"
import { positionAt } from "../../../records/positions.ts"
import { invalidArgument } from "../errors.ts"
import type { Shard } from "../shards/record.ts"
import type { Stream } from "../streams/record.ts"
import { isOfShard, parseSequenceNumber } from "./sequence-numbers.ts"

const KIB = 1024

/** What counts of a record: its data and its partition key (API Reference, PutRecord). */
export const sizeOf = ({ Data, PartitionKey }: { Data: Uint8Array; PartitionKey: string }): number =>
  Data.length + Buffer.byteLength(PartitionKey)

/** UNVERIFIED: code and text; a record of more than 10 MiB is refused by AWS's model before. */
export function assertSize(bytes: number, { record }: Stream): void {
  if (bytes > record.maximumRecordKiB * KIB)
    throw invalidArgument(
      `The record has ${bytes} bytes, and stream ${record.name} under account ${record.account} takes records of ${record.maximumRecordKiB * KIB} bytes at most.`,
    )
}

/** How far the clocks of two nodes may differ. */
const AHEAD_MILLISECONDS = 60_000

/**
 * SequenceNumberForOrdering: the sequence number of the record before. What comes behind it in its shard has a greater one by
 * itself, as has what comes in a shard that was made later; so it is only checked to be one.
 */
export function assertOrdering(given: string | undefined, shard: Shard, { record }: Stream, clock: Clock): void {
  if (given === undefined) return
  const number = parseSequenceNumber(given)
  const latest = clock.now() + AHEAD_MILLISECONDS
  const isPast =
    number && number.position <= positionAt(latest) && number.createdAtSeconds <= Math.floor(shard.createdAt / 1000)
  if (!isPast || (number.shardNumber === shard.number && !isOfShard(number, shard)))
    throw invalidArgument(
      `ExclusiveMinimumSequenceNumber ${given} used in PutRecord on stream ${record.name} under account ${record.account} is invalid.`,
    )
}
