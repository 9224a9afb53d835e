import type { Caches } from "../cache.ts"
import { storeClosed } from "../errors.ts"
import { within } from "../ongoing.ts"
import type { Reading } from "../store.ts"
import { READ_LIMIT_MILLISECONDS } from "../work-limit.ts"
import type { Connection } from "./connection.ts"
import { OpenTransactions } from "./open-transactions.ts"
import { Transaction } from "./transaction.ts"

/** How reads keep apart from groups of writers. */
export interface Reads {
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>
  /** Resolves when a group may begin; undefined where it may at once. */
  beforeGroup(): Promise<void> | undefined
  /** Called just before, and in the same turn as, the commit of a group that wrote. */
  beforeCommit(): void
  afterGroup(): void
  /** Whether nobody reads, and no snapshot is kept. */
  isIdle(): boolean
  close(): void
}

interface Snapshot {
  connection: Connection
  isOpen: boolean
  readers: OpenTransactions
}

/** Read connections that are kept for the next time a commit overtakes reads. */
const SPARE_CONNECTIONS = 4

/**
 * Reads of a database file. All of them share one snapshot, opened by the first read after a commit and closed before
 * the next commit: within it a statement needs no lock of its own, which halves the cost of a point read. A commit that
 * comes while reads are under way leaves them that snapshot, connection and all, and later reads get another.
 */
export function createSnapshotReads(open: () => Connection, caches: Caches): Reads {
  const spare: Connection[] = []
  const overtaken = new Set<Snapshot>()
  let current: Snapshot | undefined
  let isClosed = false

  function end(snapshot: Snapshot) {
    if (snapshot.isOpen) snapshot.connection.prepare("COMMIT").run([])
    snapshot.isOpen = false
  }

  function leave(snapshot: Snapshot, transaction: Transaction) {
    transaction.isOpen = false
    snapshot.readers.delete(transaction)
    if (snapshot.readers.size > 0 || !overtaken.delete(snapshot)) return
    end(snapshot)
    if (spare.length < SPARE_CONNECTIONS && !isClosed) spare.push(snapshot.connection)
    else snapshot.connection.close()
  }

  return {
    async read(work) {
      if (isClosed) throw storeClosed()
      current ??= { connection: spare.pop() ?? open(), isOpen: false, readers: new OpenTransactions() }
      const snapshot = current
      if (!snapshot.isOpen) {
        snapshot.connection.prepare("BEGIN").run([])
        snapshot.isOpen = true
      }
      const transaction = createRead(snapshot.connection, caches)
      snapshot.readers.add(transaction)
      try {
        return await within(transaction, () => work(transaction))
      } finally {
        leave(snapshot, transaction)
      }
    },
    beforeGroup: () => undefined,
    beforeCommit() {
      if (!current) return
      if (current.readers.size === 0) return end(current)
      const snapshot = current
      current = undefined
      overtaken.add(snapshot)
      setTimeout(() => {
        for (const transaction of snapshot.readers) leave(snapshot, transaction)
      }, READ_LIMIT_MILLISECONDS).unref()
    },
    afterGroup() {},
    isIdle: () => overtaken.size === 0 && !current?.isOpen,
    close() {
      isClosed = true
      for (const snapshot of [...overtaken, ...(current ? [current] : [])]) {
        for (const transaction of snapshot.readers) transaction.isOpen = false
        end(snapshot)
        snapshot.connection.close()
      }
      for (const connection of spare) connection.close()
    },
  }
}

/**
 * Reads of a database in memory. SQLite keeps no snapshots there (its log needs a file, and a shared cache locks whole
 * tables), so reads and groups of writers take turns on the one connection.
 */
export function createTurnReads(connection: Connection, caches: Caches): Reads {
  const readers = new OpenTransactions()
  let turn: PromiseWithResolvers<void> | undefined
  let whenIdle: (() => void) | undefined
  let isClosed = false

  function leave(transaction: Transaction) {
    transaction.isOpen = false
    if (readers.delete(transaction) && readers.size === 0) whenIdle?.()
  }

  return {
    async read(work) {
      while (turn) await turn.promise
      if (isClosed) throw storeClosed()
      const transaction = createRead(connection, caches)
      readers.add(transaction)
      try {
        return await within(transaction, () => work(transaction))
      } finally {
        leave(transaction)
      }
    },
    beforeGroup() {
      turn = Promise.withResolvers()
      if (readers.size === 0) return undefined
      return new Promise((resolve) => {
        const limit = setTimeout(() => {
          for (const transaction of readers) leave(transaction)
        }, READ_LIMIT_MILLISECONDS)
        whenIdle = () => {
          whenIdle = undefined
          clearTimeout(limit)
          resolve()
        }
      })
    },
    beforeCommit() {},
    isIdle: () => readers.size === 0,
    afterGroup() {
      const ended = turn
      turn = undefined
      ended?.resolve()
    },
    close() {
      isClosed = true
      for (const transaction of readers) leave(transaction)
    },
  }
}

const createRead = (connection: Connection, caches: Caches): Transaction =>
  new Transaction(connection, { isWriting: false, evictionsBefore: caches.evictions(), isClean: isAlwaysClean })

const isAlwaysClean = () => true
