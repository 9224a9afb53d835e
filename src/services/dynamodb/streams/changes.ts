import type { Deps } from "../../../call.ts"
import { appendToOpen } from "../../../records/sealing.ts"
import type { Writing } from "../../../store/store.ts"
import { FEED_LANES, feedLog } from "../kinesis/feed.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import { isSameItem } from "../values/same.ts"
import { type Change, packChange } from "./change.ts"
import { findStreamOf, readStream } from "./find.ts"
import type { Shard } from "./record.ts"
import { laneOf } from "./shards.ts"

/** What a transaction changes, for those who are told of it: the streams of tables, and streams of Kinesis. */
export interface Changes {
  /** Tells of a change that was made. What changed nothing is no change (Developer Guide, "Change data capture for DynamoDB Streams"). */
  note(change: Change, key: KeyBytes): void
  /** Writes down what was told, at the end of the transaction: what was changed together stands together. */
  append(tx: Writing): void | Promise<void>
}

interface Noted {
  change: Change
  key: KeyBytes
}

/** Whether anybody wants to hear of the table's changes. */
export const isCaptured = ({ streamArn, destination }: Table): boolean =>
  streamArn !== undefined || destination !== undefined

/** `now` is the time of the changes; `onFed` is told, at the commit, of destinations that there is something for. */
export function createChanges(
  { store }: Pick<Deps, "store">,
  now: number,
  onFed: (destinationId: string) => void,
): Changes {
  let noted: Map<string, { table: Table; changes: Noted[] }> | undefined
  return {
    note(change, key) {
      const { table } = change
      if (!isCaptured(table) || isNothing(change)) return
      noted ??= new Map()
      const ofTable = noted.get(table.id) ?? { table, changes: [] }
      noted.set(table.id, ofTable)
      ofTable.changes.push({ change, key })
    },
    append: (tx) => (noted ? appendAll(tx, noted.values()) : undefined),
  }

  async function appendAll(tx: Writing, all: Iterable<{ table: Table; changes: Noted[] }>): Promise<void> {
    for (const { table, changes } of all) {
      if (table.streamArn !== undefined) await appendToStream(tx, table.streamArn, changes)
      if (table.destination) await feed(tx, table.destination.id, changes)
    }
  }

  async function appendToStream(tx: Writing, arn: string, changes: readonly Noted[]): Promise<void> {
    const cached = findStreamOf(store, arn)
    const stream = cached instanceof Promise ? await cached : cached
    if (!stream || stream.open.length === 0) return
    const { view } = stream.record
    for (const [lane, some] of byLane(changes, stream.open.length)) {
      const bodies = some.map(({ change }) => packChange(change, view))
      const append = ({ log, start }: Shard) => appendToOpen({ store, tx }, log, start, bodies, now)
      if ((await append(stream.open[lane]!)) !== undefined) continue
      // The shard has been closed since this node looked: another follows it, or the stream was disabled before this change.
      const shard = (await readStream(tx, stream.record))?.open[lane]
      if (shard) await append(shard)
    }
  }

  async function feed(tx: Writing, destinationId: string, changes: readonly Noted[]): Promise<void> {
    for (const [lane, some] of byLane(changes, FEED_LANES)) {
      const bodies = some.map(({ change }) => packChange(change, "NEW_AND_OLD_IMAGES"))
      await appendToOpen({ store, tx }, feedLog(destinationId, lane), 0, bodies, now)
    }
    tx.afterCommit(() => onFed(destinationId))
  }
}

/** Most transactions change one item. */
function byLane(changes: readonly Noted[], lanes: number): Iterable<[number, readonly Noted[]]> {
  const of = ({ key }: Noted) => laneOf(key.pk, lanes)
  return changes.length === 1 ? [[of(changes[0]!), changes]] : Map.groupBy(changes, of)
}

function isNothing({ before, after }: Change): boolean {
  if (!before || !after) return before === after
  if (before === after || before.text === after.text) return true
  return before.bytes === after.bytes && isSameItem(before.item, after.item)
}
