import { refused, StoreError } from "../errors.ts"
import { Connection } from "./connection.ts"
import { lockDatabase } from "./lock.ts"
import { assertOurs } from "./migrate.ts"
import { AUTO_VACUUM, cutLog } from "./tidy.ts"

/**
 * Writes a database file anew, without what is free in it, and so that it gives space back by itself from then on. No
 * server may use it meanwhile, and there must be room for a second one of its size.
 */
export function compactDatabase(path: string): void {
  const unlock = lockDatabase(path)
  let connection: Connection | undefined
  try {
    connection = new Connection(path)
    assertOurs(connection)
    connection.exec(`${AUTO_VACUUM}; VACUUM`)
    cutLog(connection)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw refused(`the database file ${path} cannot be compacted: ${error.message}`, error)
  } finally {
    connection?.close()
    unlock()
  }
}
