import { misuse, refused } from "./errors.ts"
import type { Migration } from "./store.ts"

/** CockroachDB compares text bytewise without being told, and refuses a column that tells it (its issue 108657). */
export type Dialect = "sqlite" | "postgres" | "cockroach"

/** Remembers what was applied. The same statement on both engines, before translation. */
export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS hallpass_migrations (
  name TEXT PRIMARY KEY,
  applied_at BIGINT NOT NULL
)`

/**
 * The migrations that are still to be applied, in order. A database that remembers one we do not know was written by a
 * newer release, and this one must not touch it.
 */
export function findPending(migrations: readonly Migration[], applied: ReadonlySet<string>): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name))
  if (known.size !== migrations.length) throw misuse("two migrations have the same name")
  const unknown = [...applied].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw refused(
      `the database was made by a newer Hallpass (it has the migration ${unknown[0]}): start that release, or restore a backup made before the upgrade`,
    )
  }
  return migrations.filter((migration) => !applied.has(migration.name))
}

/** The statements of a migration in the engine's own words. */
export const statementsOf = (migration: Migration, dialect: Dialect): string[] =>
  migration.sql
    .split(/;[ \t]*(?:--[^\n]*)?$/m)
    .filter((statement) => statement.replace(/--[^\n]*/g, "").trim() !== "")
    .map((statement) => translate(statement.trim(), dialect))

/** Quoted text and comments come first, so that a type's name inside of them is left alone. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\b(?:TEXT|BIGINT|BYTES)\b/gi

// SQLite: INT rather than INTEGER, which as a primary key would number rows by itself. PostgreSQL: the "C" collation
// compares bytes, as SQLite does.
const TYPES: Record<Dialect, Record<string, string>> = {
  sqlite: { TEXT: "TEXT", BIGINT: "INT", BYTES: "BLOB" },
  postgres: { TEXT: 'TEXT COLLATE "C"', BIGINT: "BIGINT", BYTES: "BYTEA" },
  cockroach: { TEXT: "TEXT", BIGINT: "BIGINT", BYTES: "BYTEA" },
}

export function translate(statement: string, dialect: Dialect): string {
  const body = statement.replace(/^(?:\s*--[^\n]*\n)+/, "")
  if (!/^\s*(?:create|alter)\s+table\b/i.test(body)) return statement
  const translated = body.replace(TOKENS, (token) => TYPES[dialect][token.toUpperCase()] ?? token)
  // STRICT makes SQLite refuse a value of the wrong type, as PostgreSQL does.
  const isStrict =
    dialect === "sqlite" && /^\s*create\s+table\b/i.test(body) && /\)\s*(?:--[^\n]*\s*)?$/.test(translated)
  return isStrict ? `${translated}\nSTRICT` : translated
}
