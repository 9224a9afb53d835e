import type { Caches, Change } from "../cache.ts"

/** Milliseconds since the epoch by the database's clock, the only one that all nodes share. */
const NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

export const CHANGES_TABLE = `CREATE TABLE IF NOT EXISTS hallpass_changes (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  changed_at BIGINT NOT NULL
)`

export const RECORD_CHANGE = `INSERT INTO hallpass_changes (id, kind, key, changed_at) VALUES ($1, $2, $3, ${NOW})`

/** The first row is the present. */
const LIST_CHANGES = `SELECT '' AS id, '' AS kind, '' AS key, ${NOW} AS changed_at
  UNION ALL SELECT id, kind, key, changed_at FROM hallpass_changes WHERE changed_at > $1`
const PRUNE_CHANGES = "DELETE FROM hallpass_changes WHERE changed_at < $1"

const POLL_MILLISECONDS = 250
/** Where no poll has succeeded for so long, nothing that is cached can be trusted. */
export const STALE_MILLISECONDS = 1_000
/** A change is seen when it commits, later than the time it bears: each poll looks back further than a transaction lasts. */
const OVERLAP_MILLISECONDS = 60_000
/** Who has not polled for so long (a suspended machine) may have missed changes. */
const KEPT_MILLISECONDS = 600_000
const PRUNE_MILLISECONDS = 60_000

interface Logged extends Change {
  id: string
  changed_at: number
}

export interface ChangeLog {
  /** Says that these changes of this node have already been acted upon. */
  skip(changes: readonly { id: string }[]): void
  stop(): void
}

/** Evicts from this node's caches what other nodes say they have changed. */
export function followChangeLog(
  query: (sql: string, values: unknown[]) => Promise<unknown[]>,
  caches: Pick<Caches, "evict" | "evictAll">,
): ChangeLog {
  /** Changes acted upon, by their id, with their time. Those of this node have none until they are read back. */
  const seen = new Map<string, number>()
  let databaseNow = 0
  let prunedAt = 0
  let lastSuccess = performance.now()
  let isPolling = false
  let isStopped = false

  async function poll(): Promise<void> {
    const start = performance.now()
    const since = databaseNow - OVERLAP_MILLISECONDS
    const rows = (await query(LIST_CHANGES, [since])) as Logged[]
    if (isStopped) return
    const now = rows.find((row) => row.id === "")!.changed_at
    const hasMissed = databaseNow > 0 && now - databaseNow > KEPT_MILLISECONDS - OVERLAP_MILLISECONDS
    const changes = rows.filter((row) => row.id !== "" && !seen.has(row.id))
    if (hasMissed) caches.evictAll()
    else caches.evict(changes)
    for (const { id, changed_at } of rows) if (id !== "") seen.set(id, changed_at)
    for (const [id, changedAt] of seen) if (changedAt < since) seen.delete(id)
    databaseNow = now
    lastSuccess = start
    if (now - prunedAt < PRUNE_MILLISECONDS) return
    prunedAt = now
    await query(PRUNE_CHANGES, [now - KEPT_MILLISECONDS])
  }

  function tick(): void {
    if (performance.now() - lastSuccess > STALE_MILLISECONDS) caches.evictAll()
    if (isPolling) return
    isPolling = true
    poll()
      // The caches are emptied by the next ticks if this goes on; whoever asks then meets the database's own error.
      .catch(() => {})
      .finally(() => {
        isPolling = false
      })
  }

  const timer = setInterval(tick, POLL_MILLISECONDS)
  timer.unref()
  return {
    skip(changes) {
      for (const { id } of changes) seen.set(id, Number.POSITIVE_INFINITY)
    },
    stop() {
      isStopped = true
      clearInterval(timer)
    },
  }
}
