import type { Change } from "../cache.ts"
import { misuse } from "../errors.ts"
import type { Ongoing } from "../ongoing.ts"
import type { Signals } from "../signals.ts"
import type { Row, Value, Writing } from "../store.ts"
import type { Connection } from "./connection.ts"

export interface TransactionOptions {
  isWriting: boolean
  evictionsBefore: number
  /** Whether everything that the connection shows is committed. */
  isClean: () => boolean
  /** Called before each statement that writes. */
  beforeWrite?: () => void
  /** Of what writes. */
  signals?: Signals
}

/** One `read` or one `transact` on a connection that it shares with others. */
export class Transaction implements Writing, Ongoing {
  #changes: Change[] | undefined
  #reactions: (() => void)[] | undefined
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
  readonly #signals: Signals | undefined

  constructor(connection: Connection, options: TransactionOptions) {
    this.#connection = connection
    this.isWriting = options.isWriting
    this.evictionsBefore = options.evictionsBefore
    this.isClean = options.isClean
    this.#beforeWrite = options.beforeWrite
    this.#signals = options.signals
  }

  get tx(): Writing {
    return this
  }

  /** What was told to `changed`. */
  get changes(): readonly Change[] {
    return this.#changes ?? NONE
  }

  get reactions(): readonly (() => void)[] {
    return this.#reactions ?? NONE
  }

  async get<R = Row>(sql: string, ...values: Value[]): Promise<R | undefined> {
    return this.#execute(sql, "get", values) as R | undefined
  }

  async all<R = Row>(sql: string, ...values: Value[]): Promise<R[]> {
    return this.#execute(sql, "all", values) as R[]
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return this.#execute(sql, "run", values) as number
  }

  async changed(kind: string, key: string): Promise<void> {
    this.#assertUsable()
    this.#changes ??= []
    this.#changes.push({ kind, key })
  }

  afterCommit(react: () => void): void {
    this.#reactions ??= []
    this.#reactions.push(react)
  }

  signal(topic: string, key: string): void {
    this.afterCommit(() => this.#signals?.raise(topic, key))
  }

  #execute(sql: string, how: "get" | "all" | "run", values: Value[]): Row | undefined | Row[] | number {
    this.#assertUsable()
    try {
      const prepared = this.#connection.prepare(sql)
      if (!prepared.isReading) {
        if (!this.isWriting) throw misuse("read was asked to write")
        this.#beforeWrite?.()
      }
      return prepared[how](values)
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  /** What is rolled back tells nobody. */
  forget(): void {
    this.#changes = undefined
    this.#reactions = undefined
  }

  #assertUsable(): void {
    if (!this.isOpen) throw misuse("a transaction was used after its end")
    if (this.failure !== undefined) throw this.failure
  }
}

const NONE: readonly never[] = []
