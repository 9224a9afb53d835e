import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite"
import { StoreError, unavailable } from "../errors.ts"
import type { Row, Value } from "../store.ts"
import { assertCount, fromBigint, isReadingStatement, replacePlaceholders, toBindable } from "../values.ts"

/** Statements are kept prepared by their text; more than this many texts means that somebody builds SQL from values. */
const PREPARED_STATEMENTS = 1_000

/** How long a statement waits for a lock that another program (a backup, the sqlite3 shell) holds. It blocks. */
const BUSY_MILLISECONDS = 1_000

/** One SQL statement, prepared. Synchronous: what makes it fit for `Reading` and `Writing` is the transaction. */
export interface Prepared {
  readonly isReading: boolean
  get(values: Value[]): Row | undefined
  all(values: Value[]): Row[]
  run(values: Value[]): number
}

/** A connection to one SQLite database. */
export class Connection {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, Prepared>()

  constructor(path: string, options: { readOnly?: boolean } = {}) {
    try {
      this.#database = new DatabaseSync(path, { readOnly: options.readOnly ?? false, timeout: BUSY_MILLISECONDS })
      // PostgreSQL's LIKE minds the case, SQLite's does so only when told.
      this.#database.exec("PRAGMA case_sensitive_like = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768")
    } catch (error) {
      throw asStoreError(error)
    }
  }

  /** Several statements without values. */
  exec(sql: string): void {
    try {
      this.#database.exec(sql)
    } catch (error) {
      throw asStoreError(error)
    }
  }

  prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    try {
      const prepared = prepare(this.#database, sql)
      if (this.#prepared.size >= PREPARED_STATEMENTS) this.#prepared.delete(this.#prepared.keys().next().value!)
      this.#prepared.set(sql, prepared)
      return prepared
    } catch (error) {
      throw asStoreError(error)
    }
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  // `?1` is bound by position; `$1` would be a named parameter, bound through an object.
  const { text, count } = replacePlaceholders(sql, "?")
  const statement = database.prepare(text)
  const isReading = isReadingStatement(sql)
  // A writing statement cannot be run again to read its RETURNING once more, so it reads bigints from the start.
  if (!isReading) statement.setReadBigInts(true)
  // Rows as objects take node:sqlite twice as long: it makes the names of the columns anew for each.
  statement.setReturnArrays(true)
  const names = statement.columns().map(({ name }) => name)

  function bind(values: Value[]) {
    assertCount(values, count)
    const bound = new Array<string | bigint | Uint8Array | null>(count)
    for (let i = 0; i < count; i++) bound[i] = toBindable(values[i]!)
    return bound
  }

  return {
    isReading,
    get: (values) => {
      const bound = bind(values)
      const row = fetch(statement, isReading, () => statement.get(...bound) as Values | undefined)
      return row && rowOf(names, row)
    },
    all: (values) => {
      const bound = bind(values)
      return fetch(statement, isReading, () => statement.all(...bound) as unknown as Values[]).map((row) =>
        rowOf(names, row),
      )
    },
    run: (values) => {
      try {
        return Number(statement.run(...bind(values)).changes)
      } catch (error) {
        throw asStoreError(error)
      }
    },
  }
}

/** What a row holds, in the order of its columns. */
type Values = SQLOutputValue[]

/** node:sqlite throws where a number cannot hold an integer: only then is the statement run again with bigints. */
function fetch<T>(statement: StatementSync, isReading: boolean, step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (!isReading || (error as { code?: unknown }).code !== "ERR_OUT_OF_RANGE") throw asStoreError(error)
    statement.setReadBigInts(true)
    try {
      return step()
    } finally {
      statement.setReadBigInts(false)
    }
  }
}

function rowOf(names: readonly (string | undefined)[], values: Values): Row {
  const row: Row = {}
  for (let i = 0; i < names.length; i++) {
    const value = values[i]!
    row[names[i]!] = typeof value === "bigint" ? fromBigint(value) : value
  }
  return row
}

/** Primary result codes of SQLite (sqlite.org/rescode.html) whose cause lies outside of the program. */
const PASSING = new Set([5, 6, 7, 8, 10, 11, 13, 14, 15, 26])
const CONSTRAINT = 19
/** SQLITE_CONSTRAINT_DATATYPE: a value of the wrong type for its column. */
const WRONG_TYPE = 3091
/** SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_ROWID. */
const UNIQUE = new Set([1555, 2067, 2579])

export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const { errcode, message } = error as { errcode?: number; message?: string }
  const text = `SQLite: ${message ?? "unknown error"}`
  if (errcode === undefined) return new StoreError("misuse", text, { cause: error })
  if (UNIQUE.has(errcode)) return new StoreError("unique", text)
  if ((errcode & 0xff) === CONSTRAINT && errcode !== WRONG_TYPE) return new StoreError("constraint", text)
  if (PASSING.has(errcode & 0xff)) return unavailable(text, error)
  return new StoreError("misuse", text, { cause: error })
}
