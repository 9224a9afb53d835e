import { allPolicies, type CompiledPolicy } from "../policy/index.ts"
import type { CallRecord } from "./call-record.ts"
import { heapBytesOf } from "./policy-text.ts"
import { recordBytes } from "./record-bytes.ts"

/** The last calls, in memory. A node remembers its own alone; what was refused is in the refusal log as well. */
export interface Journal {
  add(record: CallRecord): void
  find(requestId: string): CallRecord | undefined
  /** Newest first. */
  list(limit: number): CallRecord[]
  clear(): void
  /** About what it holds: of the records, and of the policies that they were judged by, each counted once. */
  bytes(): number
}

export interface JournalBounds {
  calls: number
  bytes: number
}

interface Entry {
  record: CallRecord
  bytes: number
  policies: readonly CompiledPolicy[]
}

/** `onDropped` is told of each record that there is no room for any more. */
export function createJournal(
  { calls, bytes: most }: JournalBounds,
  onDropped: (record: CallRecord) => void = () => {},
): Journal {
  const ring: (Entry | undefined)[] = new Array(calls)
  /** How many records hold each policy. */
  const holders = new Map<CompiledPolicy, { records: number }>()
  let next = 0
  let count = 0
  let held = 0

  function hold(policy: CompiledPolicy): void {
    const holder = holders.get(policy)
    if (holder) return void holder.records++
    holders.set(policy, { records: 1 })
    held += heapBytesOf(policy)
  }
  function release(policy: CompiledPolicy): void {
    if (--holders.get(policy)!.records > 0) return
    holders.delete(policy)
    held -= heapBytesOf(policy)
  }
  function dropOldest(): CallRecord {
    const at = (next - count + calls) % calls
    const { record, bytes, policies } = ring[at]!
    ring[at] = undefined
    count--
    held -= bytes
    policies.forEach(release)
    return record
  }

  return {
    add(record) {
      if (count === calls) onDropped(dropOldest())
      const entry = { record, bytes: recordBytes(record), policies: policiesOf(record) }
      ring[next] = entry
      next = (next + 1) % calls
      count++
      held += entry.bytes
      entry.policies.forEach(hold)
      while (held > most && count > 1) onDropped(dropOldest())
    },
    // Every request is remembered and hardly any is looked for: an index by id would cost each of them.
    find: (requestId) => ring.find((entry) => entry?.record.requestId === requestId)?.record,
    list: (limit) =>
      Array.from({ length: Math.min(limit, count) }, (_, back) => ring[(next - 1 - back + calls) % calls]!.record),
    clear() {
      while (count > 0) dropOldest()
    },
    bytes: () => held,
  }
}

/** Each once. */
function policiesOf({ judged: { kept } }: CallRecord): readonly CompiledPolicy[] {
  if (kept.length === 0) return []
  if (kept.length === 1) return allPolicies(kept[0]!.applicable)
  return [...new Set(kept.flatMap(({ applicable }) => allPolicies(applicable)))]
}
