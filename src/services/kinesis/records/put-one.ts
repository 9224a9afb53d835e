import type { Deps } from "../../../call.ts"
import type { StreamName } from "../arns.ts"
import { rateExceeded, wasDryRun } from "../errors.ts"
import { formatShardId, logOf } from "../shards/record.ts"
import { packRecord } from "./bodies.ts"
import { assertOrdering, assertSize, sizeOf } from "./check.ts"
import { type KeyCaller, sealWith } from "./encryption.ts"
import { isUnlimited, planeOf, throughputOf } from "./plane.ts"
import { routeTo } from "./routing.ts"
import { formatSequenceNumber } from "./sequence-numbers.ts"
import { appendTo, withStream } from "./write.ts"

/** What is to be written, as PutRecord takes it. */
export interface NewRecord {
  Data: Uint8Array
  PartitionKey: string
  ExplicitHashKey?: string | undefined
  SequenceNumberForOrdering?: string | undefined
  DryRun?: boolean | undefined
}

/** Writes one record, for a caller or for another service; resolves when it is durable. */
export async function putOne(
  deps: Pick<Deps, "store" | "clock" | "peers" | "unlimitedStreams">,
  name: StreamName,
  record: NewRecord,
  /** Who is asked for the permission to use the stream's key. */
  caller: () => KeyCaller,
) {
  const { Data: data, PartitionKey: partitionKey } = record
  const bytes = sizeOf(record)
  let isCounted = false
  return withStream(deps, name, async (stream) => {
    const shard = routeTo(stream.open, record)
    const ShardId = formatShardId(shard.number)
    assertSize(bytes, stream)
    assertOrdering(record.SequenceNumberForOrdering, shard, stream, deps.clock)
    const plain = { partitionKey, data }
    const isEncrypted = stream.record.encryption !== undefined
    const stored = isEncrypted ? (await sealWith(deps, stream, caller()))(plain) : plain
    if (record.DryRun) throw wasDryRun()
    if (!isCounted && !isUnlimited(stream, deps)) {
      const now = deps.clock.now()
      if (!throughputOf(planeOf(deps), logOf(stream.record.id, shard.number), now).takeWrite(bytes, now))
        throw rateExceeded(name, ShardId, { shard: ShardId, what: "writes" })
      isCounted = true
    }
    const position = await appendTo(deps, stream, shard, [packRecord(stored)])
    return {
      ShardId,
      SequenceNumber: formatSequenceNumber(shard, position),
      ...(isEncrypted && { EncryptionType: "KMS" as const }),
    }
  })
}
