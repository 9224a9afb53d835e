import type { Deps } from "../../../call.ts"
import type { Reading, Writing } from "../../../store/store.ts"
import { again, done, later, type Worker } from "../../../work/job.ts"
import { findItem, storeItem } from "../items/rows.ts"
import { hastenReplication } from "../kinesis/hasten.ts"
import { type Changes, createChanges } from "../streams/changes.ts"
import { inTurn } from "../streams/turns.ts"
import { readTable, refreshTable } from "../tables/find.ts"
import { withinBytes } from "../tables/item-pieces.ts"
import type { KeyBytes } from "../tables/keys.ts"
import { type Table, type TableRecord, TIME_TO_LIVE_INDEX } from "../tables/record.ts"
import type { TableAddress } from "../tables/table-name.ts"
import { encodeKey, encodePartition } from "../values/key-bytes.ts"

export const EXPIRE = "dynamodb:expire"

/** Items of the last five years alone expire: Developer Guide, "Using time to live (TTL) in DynamoDB". */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60
/** AWS takes up to days. What has just expired is still seen for a while, as there. */
const SOONEST_MILLISECONDS = 5_000
const LATEST_MILLISECONDS = 30_000
const ITEMS_AT_ONCE = 100

/** Begins it in the transaction that enables it. */
export const enqueueExpiry = (
  tx: Writing,
  { work, clock }: Pick<Deps, "work" | "clock">,
  { id, account, region, name }: TableRecord,
): Promise<void> =>
  work.enqueue(tx, {
    kind: EXPIRE,
    key: id,
    body: { account, region, name },
    dueAt: clock.now() + SOONEST_MILLISECONDS,
  })

/** Deletes what has expired, for as long as the table has a time to live. The key is its id. */
export const expiryWork: Worker<Pick<Deps, "store" | "clock" | "work">> = {
  async run({ key: id, body }, deps) {
    const { store, clock } = deps
    const nowInSeconds = Math.floor(clock.now() / 1000)
    const found = await store.read(async (tx) => {
      const table = await readTable(tx, body as TableAddress)
      if (table?.id !== id || table.record.deletingSince !== undefined) return undefined
      const { timeToLive, timeToLiveState } = table.record
      if (timeToLive === undefined || timeToLiveState === "DISABLING") return undefined
      const isReady = timeToLiveState === undefined
      return { table, ...(isReady ? await listExpired(tx, table, nowInSeconds) : { rows: [], isLast: true }) }
    })
    if (!found) return done
    if (found.rows.length > 0) {
      const removed = found.rows.map(({ key }) => ({ table: found.table, key }))
      const remove = async (tx: Writing) => {
        const table = await refreshTable(store, found.table)
        const changes = createChanges(deps, clock.now(), (id) => hastenReplication(deps, id))
        for (const { key } of found.rows) await deleteExpired(tx, table, changes, key, nowInSeconds)
        await changes.append(tx)
      }
      await inTurn(store, removed, () => store.transact(remove))
    }
    if (!found.isLast) return again()
    const next = await store.read((tx) => findNext(tx, found.table, nowInSeconds))
    const soonest = clock.now() + SOONEST_MILLISECONDS
    return later(Math.min(Math.max(next, soonest), clock.now() + LATEST_MILLISECONDS))
  },
}

async function listExpired(tx: Reading, table: Table, nowInSeconds: number) {
  const rows = await tx.all<{ item_pk: Uint8Array; item_sk: Uint8Array; size: number }>(
    `SELECT x.item_pk, x.item_sk, i.size FROM ddb_index_items x
     JOIN ddb_items i ON i.table_id = x.table_id AND i.pk = x.item_pk AND i.sk = x.item_sk
     WHERE x.table_id = $1 AND x.index_name = $2 AND x.pk = $3 AND x.sk >= $4 AND x.sk <= $5
     ORDER BY x.sk LIMIT $6`,
    table.id,
    TIME_TO_LIVE_INDEX,
    encodePartition([]),
    secondsKey(nowInSeconds - OLDEST_SECONDS),
    secondsKey(nowInSeconds),
    ITEMS_AT_ONCE,
  )
  return withinBytes({
    rows: rows.map(({ item_pk, item_sk, size }) => ({
      key: { pk: Buffer.from(item_pk), sk: Buffer.from(item_sk) },
      size,
    })),
    isLast: rows.length < ITEMS_AT_ONCE,
  })
}

/** When the next item expires, in milliseconds. */
async function findNext(tx: Reading, table: Table, nowInSeconds: number): Promise<number> {
  const row = await tx.get<{ item_pk: Uint8Array; item_sk: Uint8Array }>(
    `SELECT item_pk, item_sk FROM ddb_index_items
     WHERE table_id = $1 AND index_name = $2 AND pk = $3 AND sk > $4 ORDER BY sk LIMIT 1`,
    table.id,
    TIME_TO_LIVE_INDEX,
    encodePartition([]),
    secondsKey(nowInSeconds),
  )
  if (!row) return Number.POSITIVE_INFINITY
  const found = await findItem(tx, table, { pk: Buffer.from(row.item_pk), sk: Buffer.from(row.item_sk) })
  const { N } = (found?.item[table.record.timeToLive!] ?? {}) as { N?: string }
  return N === undefined ? Number.POSITIVE_INFINITY : Number(N) * 1000
}

const secondsKey = (seconds: number): Buffer => encodeKey([{ N: String(seconds) }], true)

/** It may have been written anew since it was found. */
async function deleteExpired(tx: Writing, table: Table, changes: Changes, key: KeyBytes, nowInSeconds: number) {
  const found = await findItem(tx, table, key)
  const { N } = (found?.item[table.record.timeToLive!] ?? {}) as { N?: string }
  if (!found || N === undefined || Number(N) > nowInSeconds) return
  await storeItem(tx, table, key, found, undefined)
  changes.note({ table, before: found, after: undefined, isExpiry: true }, key)
}
