import type { Clock } from "../../base/clock.ts"
import { createCaches } from "../cache.ts"
import { assertNoOngoing, findOngoing } from "../ongoing.ts"
import { createSignals } from "../signals.ts"
import type { Migration, Reading, Store } from "../store.ts"
import { WORK_LIMIT_MILLISECONDS } from "../work-limit.ts"
import { followChangeLog, STALE_MILLISECONDS } from "./change-log.ts"
import { createLeases } from "./lease.ts"
import { migrate } from "./migrate.ts"
import { createPool } from "./pool.ts"
import { createTransactions } from "./transactions.ts"

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, of PostgreSQL or of a database that speaks its protocol. */
  url: string
  migrations: readonly Migration[]
  clock: Clock
  /** How long a `transact` may take before it is rolled back, in milliseconds. */
  workLimitMilliseconds?: number
}

const CONNECTIONS = 20
/** PostgreSQL itself ends what takes longer, sooner than the connection is taken for dead. */
const STATEMENT_MILLISECONDS = 5_000
const POLL_STATEMENT_MILLISECONDS = 1_000

export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, migrations, clock, workLimitMilliseconds = WORK_LIMIT_MILLISECONDS } = options
  const pool = createPool(url, { max: CONNECTIONS, statement_timeout: STATEMENT_MILLISECONDS, pipeline: true })
  // Of its own, so that traffic which takes all connections does not keep a node from hearing of changes.
  const polling = createPool(url, { max: 1, query_timeout: POLL_STATEMENT_MILLISECONDS })
  const migrating = createPool(url, { max: 1 })
  try {
    await migrate(migrating.pool, migrations, clock)
  } catch (error) {
    await Promise.all([pool.end(), polling.end()])
    throw error
  } finally {
    await migrating.end()
  }

  const read = <T>(work: (tx: Reading) => Promise<T>): Promise<T> => {
    const ongoing = findOngoing()
    return ongoing ? work(ongoing.tx) : transactions.read(work)
  }
  const caches = createCaches(read)
  const changeLog = followChangeLog(async (sql, values) => (await polling.pool.query(sql, values)).rows, caches)
  const leases = createLeases(pool.pool)
  const signals = createSignals()
  const transactions = createTransactions(
    leases,
    caches,
    signals,
    (changes) => {
      caches.evict(changes)
      changeLog.skip(changes)
    },
    workLimitMilliseconds,
  )
  let closing: Promise<void> | undefined

  return {
    isShared: true,
    // It hears of the change, and what it had begun before is done or given up.
    settlingMilliseconds: STALE_MILLISECONDS + workLimitMilliseconds,
    read,
    async transact(work) {
      assertNoOngoing()
      return transactions.transact(work)
    },
    cache: caches.cache,
    onSignal: signals.listen,
    tidy: async () => false,
    close() {
      closing ??= transactions
        .close()
        .then(() => {
          leases.stop()
          changeLog.stop()
        })
        .then(() => Promise.all([pool.end(), polling.end()]))
        .then(() => {})
      return closing
    },
  }
}
