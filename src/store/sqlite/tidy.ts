import type { Connection } from "./connection.ts"

/** So many free pages stay, 4 MB: what is written next takes them. */
const SPARE_PAGES = 1_000
/** A piece ends after so many pages, a few milliseconds of the main thread. */
const PAGES_AT_ONCE = 200
/** The log is as long as the most that was ever written while somebody read; what is beyond this is given back. */
export const LOG_BYTES = 16 * 1024 * 1024

/** Of a new file alone: in one that has tables it takes effect by `VACUUM`. */
export const AUTO_VACUUM = "PRAGMA auto_vacuum = INCREMENTAL"
const INCREMENTAL = 2

/**
 * Moves the last pages of a file into free ones and cuts it shorter by as many. Files of releases that did not provide for
 * it keep their free pages for what is written next, until `hallpass compact` gives them back.
 */
export function giveBackPages(connection: Connection): boolean {
  const value = (name: string) => connection.prepare(`SELECT ${name} AS value FROM pragma_${name}`).get([])!.value
  if (value("auto_vacuum") !== INCREMENTAL) return false
  const free = (value("freelist_count") as number) - SPARE_PAGES
  if (free <= 0) return false
  connection.exec(`PRAGMA incremental_vacuum(${Math.min(free, PAGES_AT_ONCE)})`)
  return free > PAGES_AT_ONCE
}

/** Empties the log, while nobody reads from it. */
export const cutLog = (connection: Connection): void => connection.exec("PRAGMA wal_checkpoint(TRUNCATE)")
