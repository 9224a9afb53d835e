import type { Clock } from "../../base/clock.ts"
import { refused, unavailable } from "../errors.ts"
import { findPending, MIGRATIONS_TABLE, statementsOf, translate } from "../migrations.ts"
import type { Migration } from "../store.ts"
import type { Connection } from "./connection.ts"

/** "HPas" in the header of the file, where SQLite leaves room for a program to say that the file is its own. */
const APPLICATION_ID = 0x48506173

/** Brings the schema up to date, each migration in a transaction of its own. */
export function migrate(connection: Connection, migrations: readonly Migration[], clock: Clock): void {
  // Nothing is written that stands there already: a disk that is full can still be read from.
  if (!isPrepared(connection))
    inTransaction(connection, () => {
      connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
      connection.exec(translate(MIGRATIONS_TABLE, "sqlite"))
    })
  const rows = connection.prepare("SELECT name FROM hallpass_migrations").all([])
  const applied = new Set(rows.map((row) => row.name as string))
  for (const migration of findPending(migrations, applied)) {
    inTransaction(connection, () => {
      try {
        for (const statement of statementsOf(migration, "sqlite")) connection.exec(statement)
      } catch (error) {
        throw refused(`the migration ${migration.name} failed: ${(error as Error).message}`, error)
      }
      const remember = connection.prepare("INSERT INTO hallpass_migrations (name, applied_at) VALUES ($1, $2)")
      remember.run([migration.name, clock.now()])
    })
  }
}

const idOf = (connection: Connection) =>
  connection.prepare("SELECT application_id AS id FROM pragma_application_id").get([])?.id

const isPrepared = (connection: Connection): boolean =>
  idOf(connection) === APPLICATION_ID &&
  connection.prepare("SELECT 1 AS one FROM sqlite_schema WHERE name = 'hallpass_migrations'").get([]) !== undefined

/** Refuses a file that is somebody else's. Changes nothing, and comes before anything that does. */
export function assertOurs(connection: Connection): void {
  const id = idOf(connection)
  if (id === APPLICATION_ID) return
  const tables = connection.prepare("SELECT count(*) AS count FROM sqlite_schema").get([])?.count
  if (id !== 0 || tables !== 0) throw unavailable("it is a database of another program, not of Hallpass")
}

function inTransaction(connection: Connection, step: () => void): void {
  connection.exec("BEGIN IMMEDIATE")
  try {
    step()
    connection.exec("COMMIT")
  } catch (error) {
    if (connection.isInTransaction) connection.exec("ROLLBACK")
    throw error
  }
}
