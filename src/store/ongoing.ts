import { AsyncLocalStorage } from "node:async_hooks"
import { misuse } from "./errors.ts"
import type { Reading } from "./store.ts"

/** The transaction that the running code is inside of. */
export interface Ongoing {
  readonly tx: Reading
  readonly isWriting: boolean
  /** False once the work has ended, for code that outlives it. */
  isOpen: boolean
  /** Whether what it reads is committed: false once it, or another work of its group, has written. */
  isClean(): boolean
  /** The count of cache evictions when it began. */
  readonly evictionsBefore: number
}

const ongoing = new AsyncLocalStorage<Ongoing>()

export const within = <T>(transaction: Ongoing, work: () => Promise<T>): Promise<T> => ongoing.run(transaction, work)

/**
 * A read inside another read or inside a `transact` joins it. Were it a transaction of its own, it would wait for what
 * waits for it: for a free connection, or for the end of a group of writers.
 */
export function findOngoing(): Ongoing | undefined {
  const transaction = ongoing.getStore()
  return transaction?.isOpen ? transaction : undefined
}

export function assertNoOngoing(): void {
  if (findOngoing()) throw misuse("transact was called inside read or transact: use the tx that is there")
}
