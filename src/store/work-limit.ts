import { misuse, type StoreError } from "./errors.ts"

/** How long a `transact` may take before it is rolled back. */
export const WORK_LIMIT_MILLISECONDS = 5_000

/** How long a `read` may keep its snapshot, which holds up the log, or a connection. */
export const READ_LIMIT_MILLISECONDS = 30_000

/** A work that waits for something else than its transaction would hold up others, so it is given up. */
export const waitsElsewhere = (milliseconds: number): StoreError =>
  misuse(`a transaction was not done after ${milliseconds} ms: its work may await nothing but its tx`)

/** Rejects with what `overdue` returns where the work takes longer. */
export function withinLimit<T>(
  work: () => Promise<T>,
  milliseconds: number,
  overdue: (milliseconds: number) => StoreError = waitsElsewhere,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(overdue(milliseconds)), milliseconds)
    const settle = <V>(how: (value: V) => void) => {
      return (value: V) => {
        clearTimeout(timer)
        how(value)
      }
    }
    Promise.try(work).then(settle(resolve), settle(reject))
  })
}
