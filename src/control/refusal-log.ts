import type { Reading, Store } from "../store/store.ts"
import { type DescribedCall, describeCall } from "./describe.ts"
import { type CallRecord, isRefusal } from "./journal.ts"

/**
 * Refusals and their explanations, kept in the store for as long as there is room: another node, or this one after a
 * restart, can explain them too. Written a few times a second, beside the requests: none waits for it.
 */
export interface RefusalLog {
  add(record: CallRecord): void
  find(requestId: string): Promise<DescribedCall | undefined>
  /** Newest first. */
  list(limit: number): Promise<DescribedCall[]>
  /** Writes what is still to be written, and stops. */
  close(): Promise<void>
}

const WRITE_MILLISECONDS = 200
/** What a flood of refusals brings beyond this in one round is explained from memory alone. */
const PENDING_AT_MOST = 500
const KEPT_AT_MOST = 10_000
/** Every so many rounds the oldest are thrown away. */
const PRUNE_ROUNDS = 50

interface RefusalRow {
  body: string
}

const parse = ({ body }: RefusalRow): DescribedCall => JSON.parse(body) as DescribedCall

export function createRefusalLog(store: Store, onFault: (error: unknown) => void): RefusalLog {
  let pending: CallRecord[] = []
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let rounds = 0

  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const records = pending
    pending = []
    writing = writing.then(() => save(records)).catch(onFault)
    return writing
  }

  async function save(records: readonly CallRecord[]): Promise<void> {
    if (records.length === 0) return
    const described = records.map((record) => JSON.stringify(describeCall(record)))
    const isPruning = rounds++ % PRUNE_ROUNDS === 0
    await store.transact(async (tx) => {
      for (const [at, { requestId, time }] of records.entries())
        await tx.run(
          "INSERT INTO core_refusals (time, request_id, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
          time,
          requestId,
          described[at]!,
        )
      if (!isPruning) return
      const oldest = await tx.get<{ time: number }>(
        "SELECT time FROM core_refusals ORDER BY time DESC LIMIT 1 OFFSET $1",
        KEPT_AT_MOST,
      )
      if (oldest) await tx.run("DELETE FROM core_refusals WHERE time <= $1", oldest.time)
    })
  }

  const read = async <T>(work: (tx: Reading) => Promise<T>): Promise<T> => {
    await write()
    return store.read(work)
  }

  return {
    add(record) {
      if (!isRefusal(record) || pending.length >= PENDING_AT_MOST) return
      pending.push(record)
      timer ??= setTimeout(write, WRITE_MILLISECONDS)
    },
    find: (requestId) =>
      read(async (tx) => {
        const row = await tx.get<RefusalRow>("SELECT body FROM core_refusals WHERE request_id = $1", requestId)
        return row && parse(row)
      }),
    list: (limit) =>
      read(async (tx) => {
        const rows = await tx.all<RefusalRow>(
          "SELECT body FROM core_refusals ORDER BY time DESC, request_id LIMIT $1",
          limit,
        )
        return rows.map(parse)
      }),
    close: write,
  }
}
