import { appendToOpen } from "../../../records/sealing.ts"
import type { Store, Writing } from "../../../store/store.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import { isSameItem } from "../values/same.ts"
import { type Change, packChange } from "./change.ts"
import { findStream, readStream } from "./find.ts"
import type { Shard, Stream, StreamAddress } from "./record.ts"
import { laneOf } from "./shards.ts"

/** What a transaction changes, for the streams of the tables. */
export interface Changes {
  /** Tells of a change that was made. What changed nothing is no change (Developer Guide, "Change data capture for DynamoDB Streams"). */
  note(change: Change, key: KeyBytes): void
  /** Writes down what was told, at the end of the transaction: what was changed together stands together. */
  append(tx: Writing): Promise<void>
}

/** Whether anybody wants to hear of the table's changes. */
export const isCaptured = ({ record }: Table): boolean => record.stream?.isEnabled === true

/** `now` is the time of the changes. */
export function createChanges(store: Store, now: number): Changes {
  const noted = new Map<string, { table: Table; changes: { change: Change; key: KeyBytes }[] }>()
  return {
    note(change, key) {
      const { table } = change
      if (!isCaptured(table) || isNothing(change)) return
      const ofTable = noted.get(table.id) ?? { table, changes: [] }
      noted.set(table.id, ofTable)
      ofTable.changes.push({ change, key })
    },
    async append(tx) {
      for (const { table, changes } of noted.values()) await appendAll(tx, table, changes)
    },
  }

  async function appendAll(tx: Writing, table: Table, changes: readonly { change: Change; key: KeyBytes }[]) {
    const address = { ...table.record, label: table.record.stream!.label }
    const cached = findStream(store, address)
    const stream = cached instanceof Promise ? await cached : cached
    if (!stream || stream.open.length === 0) return
    const { view } = stream.record
    const byLane = new Map<number, Uint8Array[]>()
    for (const { change, key } of changes) {
      const lane = laneOf(key.pk, stream.open.length)
      const bodies = byLane.get(lane) ?? []
      byLane.set(lane, bodies)
      bodies.push(packChange(change, view))
    }
    for (const [lane, bodies] of byLane) await appendTo(tx, stream, address, lane, bodies)
  }

  async function appendTo(tx: Writing, stream: Stream, address: StreamAddress, lane: number, bodies: Uint8Array[]) {
    const append = ({ log, start }: Shard) => appendToOpen(tx, log, start, bodies, now)
    if ((await append(stream.open[lane]!)) !== undefined) return
    // The shard has been closed since this node looked: another follows it, or the stream was disabled before this change.
    const shard = (await readStream(tx, address))?.open[lane]
    if (shard) await append(shard)
  }
}

function isNothing({ before, after }: Change): boolean {
  if (!before || !after) return before === after
  if (before === after || before.text === after.text) return true
  return before.bytes === after.bytes && isSameItem(before.item, after.item)
}
