import { StoreError, unavailable } from "../store/errors.ts"

/** A body waited for so long to be kept that it was swept. */
export class SweptError extends Error {
  override readonly name = "SweptError"
}

export const swept = () => new SweptError("the bytes have waited for too long to be kept, and were swept")

/** Bytes that a record names are not there, or not all of them. Restoring a backup may bring them back. */
export class MissingError extends StoreError {}

export const missing = (id: string, why: string) =>
  new MissingError("unavailable", `the bytes ${id} are missing or damaged: ${why}`)

/** What the operating system or another server says of a place. */
export const failed = (what: string, cause: unknown): StoreError =>
  unavailable(`bytes cannot be ${what}: ${(cause as Error).message}`, cause)
