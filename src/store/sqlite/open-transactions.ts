import type { Transaction } from "./transaction.ts"

/**
 * The transactions that are under way. No Set: one from which each request is deleted makes a new table every few requests,
 * and V8 has each table lead to the next, so that what was in them grows old with the first.
 */
export class OpenTransactions {
  readonly #all: Transaction[] = []

  get size(): number {
    return this.#all.length
  }

  add(transaction: Transaction): void {
    transaction.place = this.#all.push(transaction) - 1
  }

  /** Whether it was there. */
  delete(transaction: Transaction): boolean {
    const { place } = transaction
    if (this.#all[place] !== transaction) return false
    const last = this.#all.pop()!
    if (last === transaction) return true
    this.#all[place] = last
    last.place = place
    return true
  }

  /** As they are now: whoever is told to end leaves at once. */
  [Symbol.iterator](): Iterator<Transaction> {
    return [...this.#all].values()
  }
}
