import assert from "node:assert/strict"
import { describe, test } from "node:test"
import pg from "pg"
import type { StoreErrorReason } from "../errors.ts"
import { asStoreError, findRetry } from "./failures.ts"

const fromServer = (code: string, message = "a message", routine?: string): Error =>
  Object.assign(new pg.DatabaseError(message, message.length, "error"), { code, routine })
const fromSocket = (code?: string): Error => Object.assign(new Error("a message"), code === undefined ? {} : { code })

const CASES: [string, Error, StoreErrorReason, ReturnType<typeof findRetry>][] = [
  ["a serialization failure", fromServer("40001"), "unavailable", "conflict"],
  ["a deadlock", fromServer("40P01"), "unavailable", "conflict"],
  ["a shutdown", fromServer("57P01"), "unavailable", "connection"],
  ["a lost connection", fromServer("08006"), "unavailable", "connection"],
  ["a transaction that idled", fromServer("25P03"), "unavailable", "connection"],
  ["a stale plan", fromServer("0A000", "cached plan", "RevalidateCachedQuery"), "misuse", "connection"],
  ["something not supported", fromServer("0A000"), "misuse", undefined],
  ["a full disk", fromServer("53100"), "unavailable", undefined],
  ["a statement that took too long", fromServer("57014"), "unavailable", undefined],
  ["a row that exists", fromServer("23505"), "unique", "duplicate"],
  ["a missing parent", fromServer("23503"), "constraint", undefined],
  ["a database that is read-only", fromServer("25006"), "unavailable", undefined],
  ["a table that is not there", fromServer("42P01"), "misuse", undefined],
  ["a broken pipe, whose code looks like a SQLSTATE", fromSocket("EPIPE"), "unavailable", "connection"],
  ["a reset", fromSocket("ECONNRESET"), "unavailable", "connection"],
  ["a socket that closed", fromSocket(), "unavailable", "connection"],
]

describe("failures of PostgreSQL", () => {
  for (const [what, error, reason, retry] of CASES) {
    test(`${what}: ${reason}, ${retry ?? "no"} retry`, () => {
      assert.equal(asStoreError(error).reason, reason)
      assert.equal(findRetry(error), retry)
      assert.equal(asStoreError(asStoreError(error)).reason, reason)
      assert.equal(findRetry(asStoreError(error)), undefined)
    })
  }

  test("a data exception does not repeat the data", () => {
    const error = asStoreError(fromServer("22P02", 'invalid input syntax for type bigint: "hunter2"'))
    assert.equal(error.message, "PostgreSQL 22P02")
    assert.equal(error.cause, undefined)
  })
})
