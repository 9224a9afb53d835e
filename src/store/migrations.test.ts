import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { isStoreError } from "./errors.ts"
import { type Dialect, findPending, statementsOf, translate } from "./migrations.ts"

const TRANSLATIONS: [string, Record<Dialect, string>][] = [
  [
    "CREATE TABLE t (a TEXT PRIMARY KEY, b BIGINT, c bytes)",
    {
      sqlite: "CREATE TABLE t (a TEXT PRIMARY KEY, b INT, c BLOB)\nSTRICT",
      postgres: 'CREATE TABLE t (a TEXT COLLATE "C" PRIMARY KEY, b BIGINT, c BYTEA)',
      cockroach: "CREATE TABLE t (a TEXT PRIMARY KEY, b BIGINT, c BYTEA)",
    },
  ],
  [
    "ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'TEXT'",
    {
      sqlite: "ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'TEXT'",
      postgres: `ALTER TABLE t ADD COLUMN d TEXT COLLATE "C" DEFAULT 'TEXT'`,
      cockroach: "ALTER TABLE t ADD COLUMN d TEXT DEFAULT 'TEXT'",
    },
  ],
  [
    "UPDATE t SET a = CAST(b AS TEXT)",
    {
      sqlite: "UPDATE t SET a = CAST(b AS TEXT)",
      postgres: "UPDATE t SET a = CAST(b AS TEXT)",
      cockroach: "UPDATE t SET a = CAST(b AS TEXT)",
    },
  ],
]

describe("migrations", () => {
  for (const [statement, expected] of TRANSLATIONS) {
    for (const dialect of ["sqlite", "postgres", "cockroach"] as const) {
      test(`${statement} for ${dialect}`, () => assert.equal(translate(statement, dialect), expected[dialect]))
    }
  }

  test("statements end where a semicolon ends a line, and comments are none", () => {
    const sql = "-- First;\nINSERT INTO t VALUES ('a;b'); -- why\n\nDELETE FROM t;\n-- The end.\n"
    const statements = statementsOf({ name: "a", sql }, "postgres")
    assert.deepEqual(
      statements.map((statement) => statement.replace(/--.*\n/g, "")),
      ["INSERT INTO t VALUES ('a;b')", "DELETE FROM t"],
    )
  })

  const [a, b] = [
    { name: "a", sql: "" },
    { name: "b", sql: "" },
  ]
  test("what is missing is pending, in order, whatever was applied after it", () => {
    assert.deepEqual(findPending([a, b], new Set()), [a, b])
    assert.deepEqual(findPending([a, b], new Set(["b"])), [a])
    assert.deepEqual(findPending([a, b], new Set(["b", "a"])), [])
  })

  test("an unknown one is refused by name", () => {
    assert.throws(
      () => findPending([a], new Set(["a", "z"])),
      (error) => isStoreError(error, "refused") && /newer Hallpass.*\bz\b/.test(error.message),
    )
  })
})
