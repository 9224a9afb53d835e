import { misuse } from "./errors.ts"

/** How long a `transact` may take before it is rolled back. */
export const WORK_LIMIT_MILLISECONDS = 5_000

/** A work that waits for something else than its transaction would hold up others, so it is given up. */
export function withinLimit<T>(work: () => Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(misuse(`a transaction was not done after ${milliseconds} ms: transact may await nothing but its tx`))
    }, milliseconds)
    const settle = <V>(how: (value: V) => void) => {
      return (value: V) => {
        clearTimeout(timer)
        how(value)
      }
    }
    work().then(settle(resolve), settle(reject))
  })
}
