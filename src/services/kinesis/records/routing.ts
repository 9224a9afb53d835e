import { explicitHashKey, hashKeyOf } from "../shards/hash-keys.ts"
import type { Shard } from "../shards/record.ts"

export interface Addressed {
  PartitionKey?: string | undefined
  ExplicitHashKey?: string | undefined
}

/** The open shard that a record goes to. Open shards cover all of the hash space, in the order of their hash keys. */
export function routeTo(open: readonly Shard[], { PartitionKey = "", ExplicitHashKey }: Addressed): Shard {
  const explicit = ExplicitHashKey === undefined ? undefined : explicitHashKey(ExplicitHashKey)
  if (open.length === 1) return open[0]!
  const key = explicit ?? hashKeyOf(PartitionKey)
  let low = 0
  let high = open.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (open[middle]!.first <= key) low = middle
    else high = middle - 1
  }
  return open[low]!
}
