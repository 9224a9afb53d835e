import { DatabaseSync } from "node:sqlite"
import { refused } from "../errors.ts"

export const lockPathOf = (path: string): string => `${path}.lock`

/**
 * Keeps a second server off the same database, whose caches would not see what the first one changes. The lock is the
 * operating system's, taken through an empty database beside the real one, so that it dies with the process however
 * that ends. Returns what releases it.
 */
export function lockDatabase(path: string): () => void {
  const lockPath = lockPathOf(path)
  try {
    const database = new DatabaseSync(lockPath, { timeout: 0 })
    try {
      database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE")
    } catch (error) {
      database.close()
      throw error
    }
    return () => database.close()
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw refused(`the database ${path} is in use by another Hallpass: stop it, or choose another data directory`)
    }
    throw refused(`the lock file ${lockPath} cannot be opened: ${(error as Error).message}`, error)
  }
}

const SQLITE_BUSY = 5
