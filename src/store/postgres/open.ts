import pg from "pg"
import type { Clock } from "../../base/clock.ts"
import { createCaches } from "../cache.ts"
import { refused } from "../errors.ts"
import { assertNoOngoing, findOngoing } from "../ongoing.ts"
import type { Migration, Reading, Store } from "../store.ts"
import { WORK_LIMIT_MILLISECONDS } from "../work-limit.ts"
import { followChangeLog } from "./change-log.ts"
import { migrate } from "./migrate.ts"
import { createTransactions } from "./transactions.ts"
import { types } from "./types.ts"

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, of PostgreSQL or of a database that speaks its protocol. */
  url: string
  migrations: readonly Migration[]
  clock: Clock
  /** How long a `transact` may take before it is rolled back, in milliseconds. */
  workLimitMilliseconds?: number
}

const CONNECTIONS = 20
const CONNECT_MILLISECONDS = 5_000
/** Longer than the limit of a work, which tells better what is wrong. */
const STATEMENT_MILLISECONDS = 10_000
const IDLE_IN_TRANSACTION_MILLISECONDS = 30_000
const POLL_STATEMENT_MILLISECONDS = 1_000

export async function openPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, migrations, clock, workLimitMilliseconds = WORK_LIMIT_MILLISECONDS } = options
  const pool = createPool(url, { max: CONNECTIONS, statement_timeout: STATEMENT_MILLISECONDS, pipeline: true })
  // Of its own, so that traffic which takes all connections does not keep a node from hearing of changes.
  const polling = createPool(url, { max: 1, query_timeout: POLL_STATEMENT_MILLISECONDS })
  const migrating = createPool(url, { max: 1 })
  try {
    await migrate(migrating, migrations, clock)
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
  const changeLog = followChangeLog(async (sql, values) => (await polling.query(sql, values)).rows, caches)
  const transactions = createTransactions(
    pool,
    caches,
    (changes) => {
      caches.evict(changes)
      changeLog.skip(changes)
    },
    workLimitMilliseconds,
  )
  let closing: Promise<void> | undefined

  return {
    isShared: true,
    read,
    async transact(work) {
      assertNoOngoing()
      return transactions.transact(work)
    },
    cache: caches.cache,
    close() {
      closing ??= transactions
        .close()
        .then(() => changeLog.stop())
        .then(() => Promise.all([pool.end(), polling.end()]))
        .then(() => {})
      return closing
    },
  }
}

function createPool(url: string, config: pg.PoolConfig): pg.Pool {
  let pool: pg.Pool
  try {
    pool = new pg.Pool({
      connectionString: url,
      types,
      keepAlive: true,
      application_name: "hallpass",
      connectionTimeoutMillis: CONNECT_MILLISECONDS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MILLISECONDS,
      ...config,
    })
  } catch {
    // The error of the parser would repeat the URL, password and all.
    throw refused("the database URL cannot be parsed: it has the form postgres://user:password@host:port/database")
  }
  // A connection that dies while idle leaves the pool by itself, and one in use fails the statements on it: there is
  // nothing to do here, but an error event that nobody listens to ends the process.
  pool.on("error", () => {})
  pool.on("connect", (client) => client.on("error", () => {}))
  return pool
}
