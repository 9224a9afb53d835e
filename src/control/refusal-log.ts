import { type Budget, createBudget } from "../base/budget.ts"
import type { Clock } from "../base/clock.ts"
import type { CompiledPolicy } from "../policy/index.ts"
import type { Reading, Store, Writing } from "../store/store.ts"
import type { CallRecord } from "./call-record.ts"
import { createRefusalPolicies, type MissingPolicy } from "./refusal-policies.ts"
import { formatRow, hashesIn, parseRow } from "./refusal-row.ts"

/**
 * Refusals, kept in the store for as long as there is room: another node, or this one after a restart, can explain them
 * too. Written a few times a second, beside the requests: none waits for it. What is written, and how fast, has a bound
 * in bytes; callers who proved who they are and strangers have one each, so that a flood of these drives out none of
 * those.
 */
export interface RefusalLog {
  add(record: CallRecord): void
  find(requestId: string): Promise<CallRecord | undefined>
  /** Newest first. */
  list(limit: number): Promise<CallRecord[]>
  /** Writes what is still to be written, and stops. */
  close(): Promise<void>
  /** The store was emptied. */
  clear(): void
}

interface Bounds {
  /** What is kept. */
  rows: number
  bytes: number
  /** What a flood brings beyond this in one round is explained from memory alone. */
  pending: number
  perSecond: number
  atOnce: number
}

const MEBIBYTE = 1024 * 1024

const BOUNDS = {
  callers: { rows: 5_000, bytes: 16 * MEBIBYTE, pending: 500, perSecond: MEBIBYTE / 2, atOnce: 8 * MEBIBYTE },
  strangers: { rows: 1_000, bytes: 4 * MEBIBYTE, pending: 100, perSecond: MEBIBYTE / 16, atOnce: 2 * MEBIBYTE },
} as const satisfies Record<string, Bounds>

type Kind = keyof typeof BOUNDS

/** As `known` says in the store. */
const KINDS: Readonly<Record<Kind, number>> = { strangers: 0, callers: 1 }

const kindOf = ({ callerArn }: CallRecord): Kind => (callerArn === undefined ? "strangers" : "callers")

const WRITE_MILLISECONDS = 200
/** The oldest are thrown away each time that so many were written. */
const PRUNE_ROWS = 250
/** What a row takes beside its body. */
const ROW_BYTES = 256

interface NewRow {
  record: CallRecord
  kind: Kind
  body: string
  bytes: number
}

/** The youngest of those for which there is no room. */
const BEYOND = `SELECT time FROM (
  SELECT time, SUM(size) OVER newest AS held, ROW_NUMBER() OVER newest AS place
  FROM core_refusals WHERE known = $1 WINDOW newest AS (ORDER BY time DESC)
) AS kept WHERE held > $2 OR place > $3 ORDER BY time DESC LIMIT 1`

export function createRefusalLog(store: Store, clock: Clock, onFault: (error: unknown) => void): RefusalLog {
  const budgets: Record<Kind, Budget> = {
    callers: budgetOf("callers"),
    strangers: budgetOf("strangers"),
  }
  const policies = createRefusalPolicies()
  let pending: CallRecord[] = []
  let waiting: Record<Kind, number> = { callers: 0, strangers: 0 }
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let sinceSwept = PRUNE_ROWS

  function budgetOf(kind: Kind): Budget {
    const { perSecond, atOnce } = BOUNDS[kind]
    return createBudget(clock, { perSecond, most: atOnce })
  }

  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const records = pending
    pending = []
    waiting = { callers: 0, strangers: 0 }
    writing = writing.then(() => save(records)).catch(onFault)
    return writing
  }

  async function save(records: readonly CallRecord[]): Promise<void> {
    const rows: NewRow[] = []
    const missing = new Map<string, MissingPolicy>()
    for (const record of records) {
      const kind = kindOf(record)
      if (budgets[kind].isSpent()) continue
      const { body, policies: applied } = formatRow(record)
      const texts = policies.missing(applied, record.order).filter(({ hash }) => !missing.has(hash))
      const bytes = ROW_BYTES + Buffer.byteLength(body)
      if (!budgets[kind].spend(bytes + texts.reduce((sum, { text }) => sum + text.length, 0))) continue
      for (const text of texts) missing.set(text.hash, text)
      rows.push({ record, kind, body, bytes })
    }
    if (rows.length === 0) return
    const isSweeping = sinceSwept >= PRUNE_ROWS
    const texts = [...missing.values()]
    await store.transact(async (tx) => {
      await policies.write(tx, texts)
      for (const { record, kind, body, bytes } of rows)
        await tx.run(
          "INSERT INTO core_refusals (time, request_id, known, size, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
          record.order,
          record.requestId,
          KINDS[kind],
          bytes,
          body,
        )
      if (isSweeping) await sweep(tx)
    })
    policies.written(texts)
    if (isSweeping) policies.clear()
    sinceSwept = isSweeping ? 0 : sinceSwept + rows.length
  }

  async function sweep(tx: Writing): Promise<void> {
    for (const kind of Object.keys(KINDS) as Kind[]) {
      const { rows, bytes } = BOUNDS[kind]
      const beyond = await tx.get<{ time: number }>(BEYOND, KINDS[kind], bytes, rows)
      if (beyond) await tx.run("DELETE FROM core_refusals WHERE known = $1 AND time <= $2", KINDS[kind], beyond.time)
    }
    const oldest = await tx.get<{ time: number }>("SELECT time FROM core_refusals ORDER BY time LIMIT 1")
    await policies.sweep(tx, oldest?.time)
  }

  const read = async <T>(work: (tx: Reading) => Promise<T>): Promise<T> => {
    await write()
    return store.read(work)
  }

  return {
    add(record) {
      const kind = kindOf(record)
      if (waiting[kind] >= BOUNDS[kind].pending) return
      waiting[kind]++
      pending.push(record)
      timer ??= setTimeout(write, WRITE_MILLISECONDS)
    },
    find: (requestId) =>
      read(async (tx) => {
        const row = await tx.get<{ body: string }>("SELECT body FROM core_refusals WHERE request_id = $1", requestId)
        return row && parseRow(row.body, await policies.read(tx, hashesIn(row.body)))
      }),
    list: (limit) =>
      read(async (tx) => {
        const rows = await tx.all<{ body: string }>(
          "SELECT body FROM core_refusals ORDER BY time DESC, request_id LIMIT $1",
          limit,
        )
        return rows.map(({ body }) => parseRow(body, NO_POLICIES))
      }),
    close: write,
    clear() {
      pending = []
      waiting = { callers: 0, strangers: 0 }
      policies.clear()
    },
  }
}

/** A list tells of none. */
const NO_POLICIES: ReadonlyMap<string, CompiledPolicy> = new Map()
