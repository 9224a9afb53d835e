import pg from "pg"
import { misuse, StoreError, unavailable } from "../errors.ts"

/** Undefined for what the server did not say, such as the loss of the socket (`EPIPE` looks like a SQLSTATE). */
const sqlState = (error: unknown): string | undefined => (error instanceof pg.DatabaseError ? error.code : undefined)

/**
 * SQLSTATEs and their classes (appendix A of the manual) whose cause lies outside of the program. 25006: the database
 * takes no writes, as a standby does, or one that its operator has made read-only while the disk is full.
 */
const PASSING = new Set(["08", "25006", "25P03", "40", "53", "54", "55", "57", "58", "XX"])

/** PostgreSQL's own errors carry values in `detail`, and some in the message; nothing of that goes on. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const state = sqlState(error)
  const message = (error as Error)?.message ?? "unknown error"
  if (state === undefined) return unavailable(`PostgreSQL: ${message}`)
  // Class 22 (data exceptions) quotes the value.
  const text = state.startsWith("22") ? `PostgreSQL ${state}` : `PostgreSQL ${state}: ${message}`
  if (state === "23505") return new StoreError("unique", text)
  if (state.startsWith("23")) return new StoreError("constraint", text)
  if (PASSING.has(state) || PASSING.has(state.slice(0, 2))) return unavailable(text)
  return misuse(text)
}

/**
 * Whether a transaction that failed so before its commit was asked for may be run again.
 *
 * - `conflict`: another transaction came between (serialization failure, deadlock).
 * - `duplicate`: a row with the key is there. The work may have looked before another transaction wrote it, and would see
 *   it now (manual, "Serialization failure handling"); or it would always fail.
 * - `connection`: the connection is gone, or its prepared statements are out of date; another one may do.
 */
export function findRetry(error: unknown): "conflict" | "duplicate" | "connection" | undefined {
  const state = sqlState(error)
  if (state === "23505") return "duplicate"
  if (state === "40001" || state === "40P01") return "conflict"
  if (isConnectionLost(error)) return "connection"
  // "cached plan must not change result type": another node has changed the table since the statement was prepared.
  if (state === "0A000" && (error as { routine?: unknown }).routine === "RevalidateCachedQuery") return "connection"
  return undefined
}

/** Administrator shutdown, crash shutdown, cannot connect now, and the loss of the socket, which has no SQLSTATE. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof StoreError) return false
  const state = sqlState(error)
  return state === undefined || state.startsWith("08") || state.startsWith("57P") || state === "25P03"
}
