import type { Pool, PoolClient, QueryConfig, QueryResult } from "pg"
import { type StoreError, unavailable } from "../errors.ts"

/** How often the connections in use are looked at. */
const LOOK_MILLISECONDS = 500
/** So many looks without any answer, and the connection is cut: six seconds, longer than a statement may take. */
const SILENT_LOOKS = 12

/** A connection of the pool while a transaction has it. */
export class Lease {
  /** Why it was cut. Whatever was asked on it and not answered fails with this. */
  silence: StoreError | undefined
  readonly #client: PoolClient
  readonly #released: (lease: Lease) => void
  #unanswered = 0
  #looks = 0

  constructor(client: PoolClient, released: (lease: Lease) => void) {
    this.#client = client
    this.#released = released
  }

  get isUnanswered(): boolean {
    return this.#unanswered > 0
  }

  query(statement: string | QueryConfig): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      this.#unanswered++
      this.#client.query(statement, (error: Error | null, result) => {
        this.#unanswered--
        this.#looks = 0
        if (error) reject(this.silence ?? error)
        else resolve(result)
      })
    })
  }

  /**
   * Counts looks rather than time: after a pause of this process itself, answers that have come are read before the next
   * look.
   */
  look(): void {
    if (this.isUnanswered && ++this.#looks > SILENT_LOOKS) this.cut()
  }

  /** Gives up on a server that neither answers nor closes. The pool opens another connection. */
  cut(): StoreError {
    this.silence ??= unavailable("PostgreSQL does not answer")
    this.#client.connection.stream.destroy()
    return this.silence
  }

  /** Gives the connection back; what is broken is closed. */
  release(isBroken: boolean): void {
    this.#released(this)
    this.#client.release(isBroken || this.silence !== undefined)
  }
}

export interface Leases {
  take(): Promise<Lease>
  stop(): void
}

/** Watches the connections that are in use: a server that is frozen or cut off would otherwise hold them for ever. */
export function createLeases(pool: Pool): Leases {
  const inUse = new Set<Lease>()
  const released = (lease: Lease) => void inUse.delete(lease)
  const timer = setInterval(() => {
    for (const lease of inUse) lease.look()
  }, LOOK_MILLISECONDS)
  timer.unref()
  return {
    async take() {
      try {
        const lease = new Lease(await pool.connect(), released)
        inUse.add(lease)
        return lease
      } catch (error) {
        throw unavailable(`PostgreSQL cannot be reached: ${(error as Error).message}`)
      }
    },
    stop: () => clearInterval(timer),
  }
}
