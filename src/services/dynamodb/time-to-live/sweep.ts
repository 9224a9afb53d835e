import type { Deps } from "../../../call.ts"
import type { Store } from "../../../store/store.ts"
import { findItem, storeItem } from "../items/rows.ts"
import type { Table } from "../tables/record.ts"
import { TIME_TO_LIVE_INDEX } from "../tables/record.ts"
import { encodeKey, encodePartition } from "../values/key-bytes.ts"

/** Items of the last five years alone expire: Developer Guide, "Using time to live (TTL) in DynamoDB". */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60
/** AWS takes up to days; between two sweeps of a table this much of the clock's time goes by. */
const INTERVAL_MILLISECONDS = 5_000
const ITEMS_AT_ONCE = 100

const lastSweeps = new WeakMap<Store, Map<string, number>>()

/**
 * Deletes what has expired, in the background of a request that finds it due: nobody sees items of a table that nobody
 * asks. The request itself still sees them, as on AWS.
 */
export function sweepWhenDue(table: Table, { store, clock }: Pick<Deps, "store" | "clock">): void {
  if (table.record.timeToLive === undefined) return
  const now = clock.now()
  let sweeps = lastSweeps.get(store)
  if (!sweeps) {
    sweeps = new Map()
    lastSweeps.set(store, sweeps)
  }
  const last = sweeps.get(table.id)
  if (last !== undefined && Math.abs(now - last) < INTERVAL_MILLISECONDS) return
  sweeps.set(table.id, now)
  // A sweep that fails (the server is going down) is done by the next request that finds it due.
  setImmediate(() => sweep(table, store, Math.floor(now / 1000)).catch(() => undefined))
}

export async function sweep(table: Table, store: Store, nowInSeconds: number): Promise<void> {
  while (true) {
    const keys = await store.read((tx) =>
      tx.all<{ item_pk: Uint8Array; item_sk: Uint8Array }>(
        `SELECT item_pk, item_sk FROM ddb_index_items
         WHERE table_id = $1 AND index_name = $2 AND pk = $3 AND sk >= $4 AND sk <= $5 ORDER BY sk LIMIT $6`,
        table.id,
        TIME_TO_LIVE_INDEX,
        encodePartition([]),
        secondsKey(nowInSeconds - OLDEST_SECONDS),
        secondsKey(nowInSeconds),
        ITEMS_AT_ONCE,
      ),
    )
    const deleted = await store.transact(async (tx) => {
      let count = 0
      for (const { item_pk, item_sk } of keys) {
        const key = { pk: Buffer.from(item_pk), sk: Buffer.from(item_sk) }
        const found = await findItem(tx, table, key)
        if (found && isExpired(found.item[table.record.timeToLive!], nowInSeconds)) {
          await storeItem(tx, table, key, found.item, undefined)
          count++
        }
      }
      return count
    })
    if (keys.length < ITEMS_AT_ONCE || deleted === 0) return
  }
}

const secondsKey = (seconds: number): Buffer => encodeKey([{ N: String(seconds) }], true)

/** It may have been written anew since it was found. */
const isExpired = (value: unknown, nowInSeconds: number): boolean => {
  const { N } = (value ?? {}) as { N?: string }
  return N !== undefined && Number(N) <= nowInSeconds
}
