import assert from "node:assert/strict"
import { test } from "node:test"
import { readReport, readState } from "./answers.ts"

const IDS = ["1", "2", "3"]
const failures = (...ids: unknown[]) =>
  JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })

// Recorded 2025-11.
test("some answers say that all is done", () => {
  for (const answer of [
    "",
    '""',
    "null",
    "{}",
    '{"batchItemFailures":[]}',
    '{"batchItemFailures":null}',
    "[]",
    '{"other":1}',
  ])
    assert.deepEqual(readReport(answer, IDS), { is: "done" }, answer)
})

test("of those that failed the lowest counts", () => {
  assert.deepEqual(readReport(failures("2"), IDS), { is: "failed", from: 1 })
  assert.deepEqual(readReport(failures("3", "2"), IDS), { is: "failed", from: 1 })
  assert.deepEqual(readReport(failures("1", "3"), IDS), { is: "failed", from: 0 })
})

test("what cannot be made out says that nothing is done", () => {
  const all = { is: "failed", from: 0 }
  for (const answer of [
    "no JSON",
    '"text"',
    "7",
    "true",
    failures(""),
    failures(null),
    failures("4"),
    failures("2", "4"),
    failures(2),
    failures({ toString: null }),
    '{"batchItemFailures":[{"wrong":"1"}]}',
    '{"batchItemFailures":[null]}',
    '{"batchItemFailures":["1"]}',
    '{"batchItemFailures":{}}',
    '{"batchItemFailures":"1"}',
  ])
    assert.deepEqual(readReport(answer, IDS), all, answer)
})

test("a window's state is whatever JSON the function answers as such", () => {
  assert.equal(readState('{"state":{"a":1},"batchItemFailures":[]}'), '{"a":1}')
  assert.equal(readState('{"state":7}'), "7")
  for (const answer of ["", "null", "{}", '{"state":null}', "[]", '"state"', "no JSON"])
    assert.equal(readState(answer), undefined, answer)
})
