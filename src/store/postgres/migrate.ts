import { setTimeout as sleep } from "node:timers/promises"
import type { Pool, PoolClient } from "pg"
import type { Clock } from "../../base/clock.ts"
import { randomInt } from "../../base/random.ts"
import { refused, StoreError } from "../errors.ts"
import { type Dialect, findPending, MIGRATIONS_TABLE, statementsOf, translate } from "../migrations.ts"
import type { Migration } from "../store.ts"
import { CHANGES_TABLE } from "./change-log.ts"
import { asStoreError, findRetry } from "./failures.ts"

/** One row, which who migrates holds locked. Other nodes that start wait for it. */
const LOCK_TABLE = "CREATE TABLE IF NOT EXISTS hallpass_lock (name TEXT PRIMARY KEY)"

/** How often a step is tried again when another node that starts at the same moment came between. */
const ATTEMPTS = 50

/** Brings the schema up to date, each migration in a transaction of its own. Any number of nodes may do so at once. */
export async function migrate(pool: Pool, migrations: readonly Migration[], clock: Clock): Promise<void> {
  const dialect = await findDialect(pool)
  for (const table of [LOCK_TABLE, MIGRATIONS_TABLE, CHANGES_TABLE]) {
    await repeated(() => pool.query(translate(table, dialect)))
  }
  await repeated(() => pool.query("INSERT INTO hallpass_lock (name) VALUES ('migrations') ON CONFLICT DO NOTHING"))
  while (await repeated(() => applyNext(pool, migrations, clock, dialect))) {}
}

/** Applies the first migration that is missing. False where none is. */
async function applyNext(pool: Pool, migrations: readonly Migration[], clock: Clock, dialect: Dialect) {
  const client = await pool.connect()
  try {
    await client.query("BEGIN ISOLATION LEVEL READ COMMITTED")
    await client.query("SELECT name FROM hallpass_lock WHERE name = 'migrations' FOR UPDATE")
    const { rows } = await client.query<{ name: string }>("SELECT name FROM hallpass_migrations")
    const [next] = findPending(migrations, new Set(rows.map((row) => row.name)))
    if (next) await apply(client, next, clock, dialect)
    await client.query("COMMIT")
    client.release()
    return next !== undefined
  } catch (error) {
    // Closes the connection, which rolls back.
    client.release(true)
    throw error
  }
}

async function apply(client: PoolClient, migration: Migration, clock: Clock, dialect: Dialect): Promise<void> {
  try {
    for (const statement of statementsOf(migration, dialect)) await client.query(statement)
  } catch (error) {
    if (findRetry(error) === "conflict") throw error
    throw refused(`the migration ${migration.name} failed: ${asStoreError(error).message}`)
  }
  await client.query("INSERT INTO hallpass_migrations (name, applied_at) VALUES ($1, $2)", [
    migration.name,
    clock.now(),
  ])
}

async function findDialect(pool: Pool): Promise<Dialect> {
  try {
    const { rows } = await pool.query<{ version: string }>("SELECT version() AS version")
    return rows[0]!.version.includes("CockroachDB") ? "cockroach" : "postgres"
  } catch (error) {
    throw refused(`the database cannot be reached: ${(error as Error).message}`)
  }
}

async function repeated<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step()
    } catch (error) {
      if (error instanceof StoreError) throw error
      if (!isRace(error) || attempt === ATTEMPTS) {
        throw refused(`the database could not be prepared: ${asStoreError(error).message}`)
      }
      await sleep(randomInt(100))
    }
  }
}

/**
 * Serialization failure, deadlock, and what `IF NOT EXISTS` answers when two sessions create the same table at once:
 * unique_violation in the catalogue, duplicate_table, duplicate_object (its row type), or "tuple concurrently updated" (an
 * internal error).
 */
const RACES = new Set(["40001", "40P01", "23505", "42P07", "42710", "XX000"])
const isRace = (error: unknown): boolean => RACES.has((error as { code?: string }).code ?? "")
