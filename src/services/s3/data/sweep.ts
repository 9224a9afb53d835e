import type { Clock } from "../../../base/clock.ts"
import type { Store } from "../../../store/store.ts"
import { CONDEMNED, isHeld } from "./leases.ts"

const SWEEP_MILLISECONDS = 60_000
const DATA_PER_ROUND = 64
/** Chunks that one transaction deletes: others wait for it. */
const CHUNKS_PER_TRANSACTION = 16

interface Held {
  store: Store
  clock: Clock
}

const nextSweeps = new WeakMap<Store, number>()

/** Sweeps in the background, at most once a minute; called where data was given up. A failure waits for the next time. */
export function sweepSoon({ store, clock }: Held): void {
  const now = clock.now()
  if (now < (nextSweeps.get(store) ?? 0)) return
  nextSweeps.set(store, now + SWEEP_MILLISECONDS)
  sweep({ store, clock }).catch(() => {})
}

/** Deletes the data whose lease has run out: left by crashed uploads, by overwritten and by deleted objects. */
export async function sweep({ store, clock }: Held): Promise<void> {
  const now = clock.now()
  let after = ""
  for (;;) {
    const rows = await store.read((tx) =>
      tx.all<{ data_id: string }>(
        `SELECT data_id FROM s3_leases WHERE expires < $1 AND data_id > $2 ORDER BY data_id LIMIT ${DATA_PER_ROUND}`,
        now,
        after,
      ),
    )
    for (const { data_id } of rows) if (!isHeld(store, data_id)) await removeData(store, data_id, now)
    const last = rows.at(-1)
    if (!last || rows.length < DATA_PER_ROUND) return
    after = last.data_id
  }
}

async function removeData(store: Store, dataId: string, now: number): Promise<void> {
  const isOurs = await store.transact(
    async (tx) =>
      (await tx.run("UPDATE s3_leases SET expires = $3 WHERE data_id = $1 AND expires < $2", dataId, now, CONDEMNED)) >
      0,
  )
  if (!isOurs) return
  const parts = await store.read((tx) =>
    tx.all<{ body: string }>("SELECT body FROM s3_parts WHERE data_id = $1", dataId),
  )
  for (const { body } of parts) await removeChunks(store, (JSON.parse(body) as { dataId: string }).dataId)
  await removeChunks(store, dataId)
  await store.transact(async (tx) => {
    await tx.run("DELETE FROM s3_parts WHERE data_id = $1", dataId)
    await tx.run("DELETE FROM s3_leases WHERE data_id = $1", dataId)
  })
}

async function removeChunks(store: Store, dataId: string): Promise<void> {
  for (let first = 0; ; first += CHUNKS_PER_TRANSACTION) {
    const removed = await store.transact((tx) =>
      tx.run(
        "DELETE FROM s3_chunks WHERE data_id = $1 AND number >= $2 AND number < $3",
        dataId,
        first,
        first + CHUNKS_PER_TRANSACTION,
      ),
    )
    if (removed < CHUNKS_PER_TRANSACTION) return
  }
}
