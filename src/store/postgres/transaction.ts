import type { QueryResult } from "pg"
import { randomUUID } from "../../base/random.ts"
import type { Change } from "../cache.ts"
import { misuse } from "../errors.ts"
import type { Ongoing } from "../ongoing.ts"
import type { Signals } from "../signals.ts"
import type { Row, Value, Writing } from "../store.ts"
import { assertCount, isReadingStatement, replacePlaceholders } from "../values.ts"
import { RECORD_CHANGE } from "./change-log.ts"
import { asStoreError } from "./failures.ts"
import type { Lease } from "./lease.ts"
import { toParameter } from "./types.ts"

interface Statement {
  /** What PostgreSQL keeps it prepared under. */
  name: string | undefined
  count: number
  isReading: boolean
}

const statements = new Map<string, Statement>()
/** Past this many texts somebody builds SQL from values, and the rest is not kept prepared. */
const PREPARED_STATEMENTS = 1_000

function statementOf(sql: string): Statement {
  const known = statements.get(sql)
  if (known) return known
  const isKept = statements.size < PREPARED_STATEMENTS
  const name = isKept ? `hallpass_${statements.size}` : undefined
  const statement = { name, count: replacePlaceholders(sql, "$").count, isReading: isReadingStatement(sql) }
  if (isKept) statements.set(sql, statement)
  return statement
}

export interface TransactionOptions {
  isWriting: boolean
  evictionsBefore: number
  /** Of what writes. */
  signals?: Signals
}

/** One `read` or one `transact` on a connection of its own. */
export class Transaction implements Writing, Ongoing {
  readonly changes: (Change & { id: string })[] = []
  readonly reactions: (() => void)[] = []
  readonly isWriting: boolean
  readonly evictionsBefore: number
  isOpen = true
  /** The first statement that failed, as PostgreSQL told it. It ends the transaction. */
  failure: unknown
  #hasWritten = false
  readonly #signals: Signals | undefined
  readonly #lease: Lease
  readonly #begun: Promise<unknown>

  constructor(lease: Lease, begin: string, options: TransactionOptions) {
    this.#lease = lease
    this.isWriting = options.isWriting
    this.evictionsBefore = options.evictionsBefore
    this.#signals = options.signals
    this.#begun = lease.query(begin)
    this.#begun.catch((error) => {
      this.failure ??= error
    })
  }

  get tx(): Writing {
    return this
  }

  isClean(): boolean {
    return !this.#hasWritten
  }

  async get<R = Row>(sql: string, ...values: Value[]): Promise<R | undefined> {
    return (await this.#query(sql, values)).rows[0] as R | undefined
  }

  async all<R = Row>(sql: string, ...values: Value[]): Promise<R[]> {
    return (await this.#query(sql, values)).rows as R[]
  }

  async run(sql: string, ...values: Value[]): Promise<number> {
    return (await this.#query(sql, values)).rowCount ?? 0
  }

  async changed(kind: string, key: string): Promise<void> {
    const id = randomUUID()
    await this.run(RECORD_CHANGE, id, kind, key)
    this.changes.push({ id, kind, key })
  }

  afterCommit(react: () => void): void {
    this.reactions.push(react)
  }

  signal(topic: string, key: string): void {
    this.afterCommit(() => this.#signals?.raise(topic, key))
  }

  async #query(sql: string, values: Value[]): Promise<QueryResult> {
    if (this.failure !== undefined) throw asStoreError(this.failure)
    if (!this.isOpen) throw misuse("a transaction was used after its end")
    try {
      const { name, count, isReading } = statementOf(sql)
      assertCount(values, count)
      if (!isReading) {
        if (!this.isWriting) throw misuse("read was asked to write")
        this.#hasWritten = true
        // What reads goes out together with BEGIN. Were BEGIN to fail, a write would be a transaction of its own.
        await this.#begun
      }
      return await this.#lease.query({ name, text: sql, values: values.map(toParameter) })
    } catch (error) {
      this.failure ??= error
      throw asStoreError(this.failure)
    }
  }
}
