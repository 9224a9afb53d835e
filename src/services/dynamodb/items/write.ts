import type { Deps } from "../../../call.ts"
import type { Store, Writing } from "../../../store/store.ts"
import { conditionFailed } from "../errors.ts"
import { holds } from "../expressions/evaluate.ts"
import type { BoundCondition } from "../expressions/syntax.ts"
import { hastenReplication } from "../kinesis/hasten.ts"
import { type Changes, createChanges, isCaptured } from "../streams/changes.ts"
import { inTurn } from "../streams/turns.ts"
import { refreshTable } from "../tables/find.ts"
import type { KeyBytes } from "../tables/keys.ts"
import type { Table } from "../tables/record.ts"
import { newItem } from "../values/attribute-value.ts"
import { findItem, type StoredItem, storeItem } from "./rows.ts"

/** A change of one item, ready to be made. */
export interface Write {
  table: Table
  key: KeyBytes
  condition: BoundCondition | undefined
  /** What the item is to be; undefined to delete it, `before` itself to leave it as it is. */
  after(before: StoredItem | undefined): StoredItem | undefined
  /** Whether `after` has to know what was there. */
  readsItem: boolean
  /** Whether the refusal of the condition shows the item. */
  showsItem: boolean
}

export interface Written {
  before: StoredItem | undefined
  after: StoredItem | undefined
}

/** Makes one change. `wantsBefore`: the caller has a use for what was there. Where nobody has, it is not read. */
export type Perform = (write: Write, wantsBefore: boolean) => Promise<Written>

/** A transaction that makes these changes: what streams tell of them is a part of it. */
export const writeItems = <T>(
  deps: Pick<Deps, "store" | "clock" | "work">,
  writes: readonly Write[],
  change: (perform: Perform, tx: Writing) => Promise<T>,
): Promise<T> =>
  inTurn(deps.store, writes, () =>
    deps.store.transact(async (tx) => {
      const { store } = deps
      const changes = createChanges(deps, deps.clock.now(), (id) => hastenReplication(deps, id))
      const done = await change((write, wantsBefore) => performWrite(tx, store, changes, write, wantsBefore), tx)
      const appended = changes.append(tx)
      if (appended) await appended
      return done
    }),
  )

const NO_ITEM = newItem()

async function performWrite(
  tx: Writing,
  store: Store,
  changes: Changes,
  write: Write,
  wantsBefore: boolean,
): Promise<Written> {
  const { key, condition } = write
  const table = await refreshTable(store, write.table)
  const captured = isCaptured(table)
  const reads = wantsBefore || captured || write.readsItem || condition !== undefined || table.maintained.length > 0
  const before = reads ? await findItem(tx, table, key) : undefined
  if (condition && !holds(condition, before?.item ?? NO_ITEM)) {
    throw conditionFailed(write.showsItem ? before?.item : undefined)
  }
  const after = write.after(before)
  if (after === before && reads) return { before, after }
  const stored = after && { ...after, text: JSON.stringify(after.item) }
  await storeItem(tx, table, key, before, stored)
  if (captured) changes.note({ table, before, after: stored, isExpiry: false }, key)
  return { before, after }
}
