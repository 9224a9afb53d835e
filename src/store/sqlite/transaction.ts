import type { Change } from "../cache.ts"
import { misuse } from "../errors.ts"
import type { Ongoing } from "../ongoing.ts"
import type { Row, Value, Writing } from "../store.ts"
import type { Connection, Prepared } from "./connection.ts"

export interface TransactionOptions {
  isWriting: boolean
  evictionsBefore: number
  /** Whether everything that the connection shows is committed. */
  isClean: () => boolean
  /** Called before each statement that writes. */
  beforeWrite?: () => void
}

/** One `read` or one `transact` on a connection that it shares with others. */
export class Transaction implements Writing, Ongoing {
  readonly changes: Change[] = []
  readonly reactions: (() => void)[] = []
  readonly isWriting: boolean
  readonly evictionsBefore: number
  readonly isClean: () => boolean
  isOpen = true
  /** Where it stands among those that are open. */
  place = 0
  /** The first statement that failed. PostgreSQL ends a transaction there, and so does this. */
  failure: unknown
  readonly #connection: Connection
  readonly #beforeWrite: (() => void) | undefined

  constructor(connection: Connection, options: TransactionOptions) {
    this.#connection = connection
    this.isWriting = options.isWriting
    this.evictionsBefore = options.evictionsBefore
    this.isClean = options.isClean
    this.#beforeWrite = options.beforeWrite
  }

  get tx(): Writing {
    return this
  }

  async get<R = Row>(sql: string, ...values: Value[]): Promise<R | undefined> {
    return this.#execute(sql, (prepared) => prepared.get(values)) as R | undefined
  }

  async all<R = Row>(sql: string, ...values: Value[]): Promise<R[]> {
    return this.#execute(sql, (prepared) => prepared.all(values)) as R[]
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return this.#execute(sql, (prepared) => prepared.run(values))
  }

  async changed(kind: string, key: string): Promise<void> {
    this.#assertUsable()
    this.changes.push({ kind, key })
  }

  afterCommit(react: () => void): void {
    this.reactions.push(react)
  }

  #execute<T>(sql: string, step: (prepared: Prepared) => T): T {
    this.#assertUsable()
    try {
      const prepared = this.#connection.prepare(sql)
      if (!prepared.isReading) {
        if (!this.isWriting) throw misuse("read was asked to write")
        this.#beforeWrite?.()
      }
      return step(prepared)
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  #assertUsable(): void {
    if (!this.isOpen) throw misuse("a transaction was used after its end")
    if (this.failure !== undefined) throw this.failure
  }
}
