import type { Caches } from "../cache.ts"
import { storeClosed, unavailable } from "../errors.ts"
import { within } from "../ongoing.ts"
import type { Signals } from "../signals.ts"
import type { Writing } from "../store.ts"
import type { Connection } from "./connection.ts"
import type { Reads } from "./reads.ts"
import { Transaction } from "./transaction.ts"
import { createWatch } from "./watch.ts"

/** A group commits once it has this many works or has lasted this long; the rest waits for the next. */
const GROUP_WORKS = 256
const GROUP_MILLISECONDS = 10

interface Waiting {
  work: (tx: Writing) => Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** A work that ended, held back until the commit says whether what it saw came true. */
interface Ended {
  waiting: Waiting
  transaction: Transaction
  settle(): void
}

export interface Writer {
  transact<T>(work: (tx: Writing) => Promise<T>): Promise<T>
  /** Does this between two groups, outside of any transaction. */
  between<T>(chore: () => T): Promise<T>
  /** Resolves when all that was asked for has been settled; refuses what comes later. */
  close(): Promise<void>
}

/**
 * Writers queue, and those that wait when the loop comes round commit together: each after the first is a savepoint in
 * one transaction, and one fsync acknowledges them all.
 */
export function createWriter(
  connection: Connection,
  reads: Reads,
  caches: Caches,
  signals: Signals,
  workLimitMilliseconds: number,
): Writer {
  const queue: Waiting[] = []
  const chores: (() => void)[] = []
  let isRunning = false
  let isClosed = false
  let whenDrained: (() => void) | undefined

  const watch = createWatch(workLimitMilliseconds)

  const execute = (sql: string) => connection.prepare(sql).run([])

  /**
   * Runs one work inside the open group. Rejects only where it cannot be undone. The first that writes needs no savepoint:
   * to undo it is to begin the group again, in which nobody else has written.
   */
  async function runWork(waiting: Waiting, group: { hasWritten: boolean }): Promise<Ended> {
    let hasWritten = false
    let hasSavepoint = false
    const transaction = new Transaction(connection, {
      isWriting: true,
      signals,
      evictionsBefore: caches.evictions(),
      isClean: () => !group.hasWritten,
      beforeWrite() {
        if (hasWritten) return
        hasSavepoint = group.hasWritten
        if (hasSavepoint) execute("SAVEPOINT work")
        hasWritten = true
        group.hasWritten = true
      },
    })
    try {
      const value = await watch.over(() => within(transaction, () => waiting.work(transaction)))
      if (transaction.failure !== undefined) throw transaction.failure
      transaction.isOpen = false
      if (hasSavepoint) execute("RELEASE work")
      return { waiting, transaction, settle: () => waiting.resolve(value) }
    } catch (error) {
      transaction.isOpen = false
      transaction.forget()
      // A full disk may have rolled everything back already.
      if (hasWritten && connection.isInTransaction) {
        for (const sql of hasSavepoint ? ["ROLLBACK TO work", "RELEASE work"] : ["ROLLBACK", "BEGIN IMMEDIATE"])
          execute(sql)
        group.hasWritten = hasSavepoint
      }
      return { waiting, transaction, settle: () => waiting.reject(error) }
    }
  }

  /** Never rejects: what goes wrong is told to those who wait. */
  async function runGroup(): Promise<void> {
    const group = { hasWritten: false }
    const taken: Waiting[] = []
    const ended: Ended[] = []
    try {
      execute("BEGIN IMMEDIATE")
      const start = performance.now()
      while (queue.length > 0 && taken.length < GROUP_WORKS) {
        taken.push(queue.shift()!)
        ended.push(await runWork(taken.at(-1)!, group))
        if (!connection.isInTransaction) throw unavailable("the database rolled the transaction back")
        if (performance.now() - start > GROUP_MILLISECONDS) break
      }
      if (group.hasWritten) reads.beforeCommit()
      execute("COMMIT")
    } catch (error) {
      rollBack()
      // Where not even a transaction could be begun, nobody would ever take those that wait from the queue.
      for (const waiting of taken.length > 0 ? taken : queue.splice(0)) waiting.reject(error)
      return
    }
    for (const { transaction } of ended) caches.evict(transaction.changes)
    for (const { transaction } of ended) for (const react of transaction.reactions) react()
    for (const { settle } of ended) settle()
  }

  function rollBack(): void {
    try {
      if (connection.isInTransaction) execute("ROLLBACK")
    } catch {
      // Then the next BEGIN fails too, and says why.
    }
  }

  async function takeTurn(): Promise<void> {
    const turn = reads.beforeGroup()
    if (turn) await turn
    try {
      chores.shift()?.()
      if (queue.length > 0) await runGroup()
    } finally {
      reads.afterGroup()
    }
    if (queue.length + chores.length > 0) setImmediate(takeTurn)
    else {
      isRunning = false
      whenDrained?.()
    }
  }

  function run(): void {
    if (isRunning) return
    isRunning = true
    // Not at once: the requests that this turn of the event loop brings join the group.
    setImmediate(takeTurn)
  }

  return {
    transact(work) {
      if (isClosed) return Promise.reject(storeClosed())
      return new Promise((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject })
        run()
      })
    },
    between(chore) {
      if (isClosed) return Promise.reject(storeClosed())
      return new Promise((resolve, reject) => {
        chores.push(() => {
          try {
            reads.beforeCommit()
            resolve(chore())
          } catch (error) {
            reject(error)
          }
        })
        run()
      })
    },
    async close() {
      isClosed = true
      if (isRunning) await new Promise<void>((resolve) => (whenDrained = resolve))
    },
  }
}
