import { setTimeout as sleep } from "node:timers/promises"
import { randomInt } from "../../base/random.ts"
import type { Caches } from "../cache.ts"
import { isStoreError, misuse, storeClosed, unavailable } from "../errors.ts"
import { within } from "../ongoing.ts"
import type { Signals } from "../signals.ts"
import type { Reading, Writing } from "../store.ts"
import { READ_LIMIT_MILLISECONDS, waitsElsewhere, withinLimit } from "../work-limit.ts"
import { asStoreError, findRetry, isConnectionLost } from "./failures.ts"
import type { Lease, Leases } from "./lease.ts"
import { Transaction } from "./transaction.ts"

const BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
const BEGIN_TRANSACT = "BEGIN ISOLATION LEVEL SERIALIZABLE"

/** Nothing is retried once this much time has passed. The pauses grow up to the longest. */
const RETRY_MILLISECONDS = 10_000
const LONGEST_PAUSE_MILLISECONDS = 250
/**
 * How many times at most. A lost connection may be one that died while it was idle, and so may the next; a row that is
 * there is seen by whoever looks for it again.
 */
const RETRIES_AT_MOST: Readonly<Record<Why, number>> = { conflict: Infinity, connection: 3, duplicate: 2 }

type Why = NonNullable<ReturnType<typeof findRetry>>

/** Tells the loop to run the work again. Never leaves this file. */
class Retry extends Error {
  readonly why: Why
  constructor(why: Why, cause: unknown) {
    super(why, { cause })
    this.why = why
  }
}

export interface Transactions {
  read<T>(work: (tx: Reading) => Promise<T>): Promise<T>
  transact<T>(work: (tx: Writing) => Promise<T>): Promise<T>
  /** Resolves when all that was asked for has been settled; refuses what comes later. */
  close(): Promise<void>
}

export function createTransactions(
  leases: Leases,
  caches: Caches,
  signals: Signals,
  committed: (changes: Transaction["changes"]) => void,
  workLimitMilliseconds: number,
): Transactions {
  let underWay = 0
  let isClosed = false
  let whenIdle: (() => void) | undefined

  async function counted<T>(once: () => Promise<T>): Promise<T> {
    if (isClosed) throw storeClosed()
    underWay++
    try {
      return await repeated(once)
    } finally {
      underWay--
      if (underWay === 0) whenIdle?.()
    }
  }

  async function readOnce<T>(work: (tx: Reading) => Promise<T>): Promise<T> {
    const lease = await leases.take()
    const transaction = new Transaction(lease, BEGIN_READ, { isWriting: false, evictionsBefore: caches.evictions() })
    try {
      return await workWithin(READ_LIMIT_MILLISECONDS, lease, transaction, work)
    } catch (error) {
      throw asRetry(transaction, error)
    } finally {
      end(lease, transaction, "COMMIT")
    }
  }

  async function transactOnce<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    const lease = await leases.take()
    const transaction = new Transaction(lease, BEGIN_TRANSACT, {
      isWriting: true,
      evictionsBefore: caches.evictions(),
      signals,
    })
    let value: T
    try {
      value = await workWithin(workLimitMilliseconds, lease, transaction, work)
    } catch (error) {
      end(lease, transaction, "ROLLBACK")
      throw asRetry(transaction, error)
    }
    transaction.isOpen = false
    await commit(lease)
    committed(transaction.changes)
    for (const react of transaction.reactions) react()
    return value
  }

  return {
    read: (work) => counted(() => readOnce(work)),
    transact: (work) => counted(() => transactOnce(work)),
    async close() {
      isClosed = true
      if (underWay > 0) await new Promise<void>((resolve) => (whenIdle = resolve))
    },
  }
}

async function workWithin<T>(
  milliseconds: number,
  lease: Lease,
  transaction: Transaction,
  work: (tx: Writing) => Promise<T>,
): Promise<T> {
  const overdue = () => {
    // What it waits for says whose fault it is.
    const error = lease.isUnanswered ? lease.cut() : waitsElsewhere(milliseconds)
    transaction.failure ??= error
    return error
  }
  const value = await withinLimit(() => within(transaction, () => work(transaction)), milliseconds, overdue)
  if (transaction.failure !== undefined) throw transaction.failure
  return value
}

/** Ends what has nothing to keep. Nobody waits for it: what the connection is used for next queues behind. */
function end(lease: Lease, transaction: Transaction, how: "COMMIT" | "ROLLBACK"): void {
  transaction.isOpen = false
  const isBroken = transaction.failure !== undefined && findRetry(transaction.failure) === "connection"
  if (!isBroken) lease.query(how).catch(() => {})
  lease.release(isBroken)
}

async function commit(lease: Lease): Promise<void> {
  let error: unknown
  try {
    // PostgreSQL answers ROLLBACK where a statement that nobody waited for has failed.
    const { command } = await lease.query("COMMIT")
    if (command !== "COMMIT") throw misuse("a statement failed after the end of its work")
    return
  } catch (failure) {
    error = failure
  } finally {
    lease.release(error !== undefined)
  }
  // Whether it was committed is not known, so it must not be run again; who asked decides.
  if (isConnectionLost(error)) throw unavailable("PostgreSQL: the connection was lost during the commit")
  const why = findRetry(error)
  throw why ? new Retry(why, error) : asStoreError(error)
}

/** What the statement met decides, not what the work made of it. */
function asRetry(transaction: Transaction, error: unknown): unknown {
  const { failure } = transaction
  if (failure === undefined) return error
  const why = findRetry(failure)
  if (why) return new Retry(why, failure)
  const met = asStoreError(failure)
  return error === failure || isStoreError(met, "unavailable") ? met : error
}

async function repeated<T>(once: () => Promise<T>): Promise<T> {
  const start = performance.now()
  for (let attempt = 1; ; attempt++) {
    try {
      return await once()
    } catch (error) {
      if (!(error instanceof Retry)) throw error
      const isOver = performance.now() - start > RETRY_MILLISECONDS
      if (isOver || attempt > RETRIES_AT_MOST[error.why]) throw asStoreError(error.cause)
      const longest = Math.min(LONGEST_PAUSE_MILLISECONDS, 2 ** Math.min(attempt, 10))
      await sleep(randomInt(longest + 1))
    }
  }
}
