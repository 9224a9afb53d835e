import { PutRecordsCommand, type PutRecordsResultEntry } from "@aws-sdk/client-kinesis"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import { onStream, streamOf } from "../access.ts"
import { invalidArgument, RATE_EXCEEDED, rateExceededText, wasDryRun } from "../errors.ts"
import { BYTES_OF_ONE_WRITE } from "../limits.ts"
import { formatShardId, logOf, type Shard } from "../shards/record.ts"
import type { Stream } from "../streams/record.ts"
import { packRecord } from "./bodies.ts"
import { assertSize, sizeOf } from "./check.ts"
import { keyCallerOf, type Seal, sealWith } from "./encryption.ts"
import { isUnlimited, planeOf, throughputOf } from "./plane.ts"
import { routeTo } from "./routing.ts"
import { formatSequenceNumber } from "./sequence-numbers.ts"
import { appendTo, ShardClosed, withStream } from "./write.ts"

interface Entry {
  Data: Uint8Array
  PartitionKey: string
  ExplicitHashKey?: string
  /** Its place in the answer. */
  index: number
  isCounted?: true
}

export const PutRecords = operation(PutRecordsCommand, {
  access: onStream,
  async handle(input, context) {
    const name = streamOf(input, context)
    const entries = (input.Records as Omit<Entry, "index">[]).map((record, index): Entry => ({ ...record, index }))
    assertTogether(entries)
    const results: PutRecordsResultEntry[] = []
    let left = entries
    const isEncrypted = await withStream(context, name, async (stream) => {
      const isEncrypted = stream.record.encryption !== undefined
      // One that is wrong refuses them all, before any is written.
      for (const entry of left) assertSize(sizeOf(entry), stream)
      for (const entry of left) routeTo(stream.open, entry)
      const seal: Seal = isEncrypted ? await sealWith(context, stream, keyCallerOf(context)) : (record) => record
      if (input.DryRun) throw wasDryRun()
      left = await write(context, stream, left, seal, results)
      if (left.length > 0) throw new ShardClosed()
      return isEncrypted
    })
    return {
      FailedRecordCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Records: results,
      ...(isEncrypted && { EncryptionType: "KMS" as const }),
    }
  },
})

/** UNVERIFIED: the text. */
function assertTogether(entries: readonly Entry[]): void {
  let bytes = 0
  for (const entry of entries) bytes += sizeOf(entry)
  if (bytes > BYTES_OF_ONE_WRITE)
    throw invalidArgument(
      `Records size exceeds ${BYTES_OF_ONE_WRITE / 1024 / 1024} MB limit: ${bytes} bytes in ${entries.length} records`,
    )
}

/** Writes to all shards side by side. What belongs to a shard that was closed meanwhile is returned. */
async function write(
  context: CallContext,
  stream: Stream,
  entries: readonly Entry[],
  seal: Seal,
  results: PutRecordsResultEntry[],
): Promise<Entry[]> {
  const byShard = new Map<Shard, Entry[]>()
  for (const entry of entries) {
    const shard = routeTo(stream.open, entry)
    const group = byShard.get(shard)
    if (group) group.push(entry)
    else byShard.set(shard, [entry])
  }
  const left = await Promise.all(
    [...byShard].map(([shard, group]) =>
      writeTo(context, stream, shard, admitted(context, stream, shard, group, results), seal, results),
    ),
  )
  return left.flat()
}

/** Those that the shard's throughput takes; the others' results say that it does not. */
function admitted(
  context: CallContext,
  stream: Stream,
  shard: Shard,
  entries: readonly Entry[],
  results: PutRecordsResultEntry[],
): readonly Entry[] {
  if (isUnlimited(stream, context)) return entries
  const now = context.clock.now()
  const throughput = throughputOf(planeOf(context), logOf(stream.record.id, shard.number), now)
  return entries.filter((entry) => {
    if (entry.isCounted || throughput.takeWrite(sizeOf(entry), now)) {
      entry.isCounted = true
      return true
    }
    results[entry.index] = {
      ErrorCode: RATE_EXCEEDED,
      ErrorMessage: rateExceededText(stream.record, formatShardId(shard.number)),
    }
    return false
  })
}

async function writeTo(
  context: CallContext,
  stream: Stream,
  shard: Shard,
  entries: readonly Entry[],
  seal: Seal,
  results: PutRecordsResultEntry[],
): Promise<readonly Entry[]> {
  if (entries.length === 0) return []
  const bodies = entries.map(({ PartitionKey, Data }) => packRecord(seal({ partitionKey: PartitionKey, data: Data })))
  try {
    const first = await appendTo(context, stream, shard, bodies)
    const ShardId = formatShardId(shard.number)
    for (const [at, { index }] of entries.entries())
      results[index] = { SequenceNumber: formatSequenceNumber(shard, first + at), ShardId }
    return []
  } catch (error) {
    if (!(error instanceof ShardClosed)) throw error
    return entries
  }
}
