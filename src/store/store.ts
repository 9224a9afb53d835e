/** What can be bound to `$1`, `$2`, ... Booleans are stored as 0 and 1, times as integers (milliseconds). */
export type Value = string | number | bigint | Uint8Array | null

/** A row as it comes back: keys in columns, the rest of the record as JSON text in `body`. */
export type Row = Record<string, Value>

/**
 * The reading side of a transaction. SQL is in the subset that SQLite and PostgreSQL share, `$1` placeholders:
 *
 * - Text is compared bytewise, in its UTF-8 form; `LIKE` minds the case and needs `ESCAPE` to be given an escape.
 * - The engines disagree on where NULL is sorted, so order by columns that are not null.
 * - A placeholder gets its type from what it is compared with or stored in: `$1 IS NULL` alone has none.
 * - A list of keys is one statement per length, so ask for one key at a time, or for a range.
 *
 * A statement that fails ends the transaction: whatever `work` does then, the transaction fails with the same error.
 * Errors are `StoreError`s (errors.ts).
 */
export interface Reading {
  /** The first row, or undefined. */
  get<R = Row>(sql: string, ...values: Value[]): Promise<R | undefined>
  all<R = Row>(sql: string, ...values: Value[]): Promise<R[]>
}

export interface Writing extends Reading {
  /** How many rows the statement changed. */
  run(sql: string, ...values: Value[]): Promise<number>
  /**
   * Says that the configuration record `key` of `kind` changed: once this transaction has committed, every cache of
   * that kind forgets the key; at once on this node, within a second on the others. The key `*` stands for all of the
   * kind, and the kind `*` for all kinds.
   */
  changed(kind: string, key: string): Promise<void>
  /** Calls this once the transaction has committed, on this node alone; never where it is rolled back. It may not throw. */
  afterCommit(react: () => void): void
  /** Once this transaction has committed, tells those who listen to the topic on this node (`Store.onSignal`); nobody else. */
  signal(topic: string, key: string): void
}

/** One step of the schema. Applied once, in order, and remembered by its name. */
export interface Migration {
  /** `<service>-<number>-<what>`, unique for ever. */
  name: string
  /**
   * One or several statements, separated by `;` at the end of a line. Column types: `TEXT` (compared bytewise on both
   * engines), `BIGINT`, `BYTES` (BLOB or BYTEA); there are no others, and values of another type are refused.
   */
  sql: string
}

export interface Store {
  /** Whether other processes may have the same database open. */
  readonly isShared: boolean
  /**
   * For how long after a commit another node may still act, and write, by the configuration that was there before: 0
   * where there is no other.
   */
  readonly settlingMilliseconds: number
  /**
   * A consistent snapshot of what is committed. `work` awaits nothing but `tx` and may run more than once. Inside of
   * another `read` or `transact` it joins that one and sees what it sees.
   */
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>
  /**
   * Serializable; resolves only when what was written is durable. `work` may run more than once (serialization
   * failure), so it does nothing but use `tx`: no network, no timers, nothing that cannot be done twice. A throw rolls
   * everything back and passes on. Inside of another `read` or `transact` it is refused.
   */
  transact<T>(work: (tx: Writing) => Promise<T>): Promise<T>
  /**
   * A per-node cache of configuration records, kept true by `Writing.changed`. A kind has one cache, and the
   * `load` that it was first asked for with: ask for it where it is used.
   */
  cache<T>(kind: string, load: (tx: Reading, key: string) => Promise<T | undefined>): Cache<T>
  /**
   * Calls the listener, which may not throw, with the key of each signal of the topic that was committed on this node, until
   * the function that is returned is called. It runs in the turn of the commit, before whoever wrote is told of it.
   */
  onSignal(topic: string, listener: (key: string) => void): () => void
  /**
   * Gives back space that is no longer used: one bounded piece. Whether there is more to give. Databases that see to it
   * themselves have nothing to do.
   */
  tidy(): Promise<boolean>
  close(): Promise<void>
}

/** Users, tokens, items and anything else that changes with traffic are never cached. */
export interface Cache<T> {
  /**
   * From memory where it is there: synchronously, so that the hot path awaits nothing. Absence is cached too. What is
   * found is shared by all who ask, so nobody changes it.
   */
  find(key: string): T | undefined | Promise<T | undefined>
}
