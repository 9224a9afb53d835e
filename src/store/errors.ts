/**
 * Why the store could not do what was asked.
 *
 * - `unavailable`: nothing was done for a cause that may pass (disk full, connection lost, contention that retries did
 *   not end). The server answers 503.
 * - `unique`: a row with that key exists already. `INSERT ... ON CONFLICT DO NOTHING` and a look at the number of
 *   changed rows asks the same question without ending the transaction.
 * - `constraint`: a foreign key, `NOT NULL` or `CHECK` was violated.
 * - `refused`: the store cannot be opened; the message says what to do and is meant for the operator.
 * - `misuse`: a defect of the caller (bad SQL, a value of the wrong type, a transaction used after its end).
 */
export type StoreErrorReason = "unavailable" | "unique" | "constraint" | "refused" | "misuse"

/** Carries no bound values: messages and causes may be logged. */
export class StoreError extends Error {
  override readonly name = "StoreError"
  readonly reason: StoreErrorReason

  constructor(reason: StoreErrorReason, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.reason = reason
  }
}

export const isStoreError = (error: unknown, reason?: StoreErrorReason): error is StoreError =>
  error instanceof StoreError && (reason === undefined || error.reason === reason)

export const unavailable = (message: string, cause?: unknown) => new StoreError("unavailable", message, { cause })
export const misuse = (message: string) => new StoreError("misuse", message)
export const refused = (message: string, cause?: unknown) => new StoreError("refused", message, { cause })
export const storeClosed = () => unavailable("the store is closed")
