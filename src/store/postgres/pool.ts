import pg from "pg"
import { refused } from "../errors.ts"
import { types } from "./types.ts"

/** How long a connection may take to come about, and how long one is waited for where all are in use. */
const CONNECT_MILLISECONDS = 5_000
const IDLE_IN_TRANSACTION_MILLISECONDS = 30_000
/** How long a server has to close the connections of a pool that ends. */
const GOODBYE_MILLISECONDS = 1_000

export interface OwnPool {
  pool: pg.Pool
  /** Closes every connection. A server that does not take its leave is not waited for. */
  end(): Promise<void>
}

export function createPool(url: string, config: pg.PoolConfig): OwnPool {
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
  const open = new Set<pg.PoolClient>()
  pool.on("connect", (client) => {
    client.on("error", () => {})
    open.add(client)
    client.once("end", () => open.delete(client))
  })
  return {
    pool,
    async end() {
      await pool.end()
      const gone = [...open].map((client) => new Promise<void>((resolve) => client.once("end", () => resolve())))
      const timer = setTimeout(() => {
        for (const client of open) client.connection.stream.destroy()
      }, GOODBYE_MILLISECONDS)
      await Promise.all(gone)
      clearTimeout(timer)
    },
  }
}
