import assert from "node:assert/strict"
import { test } from "node:test"
import { isFilterPattern } from "./pattern.ts"

const GOOD = [
  { data: { city: ["Seattle"] } },
  { data: { temperature: [{ numeric: [">=", 50, "<=", 60] }] } },
  { a: [{ exists: false }], b: [{ prefix: "x" }], c: [{ suffix: { "equals-ignore-case": ".png" } }] },
  { a: [{ "anything-but": ["x", 1] }], b: [{ "anything-but": { prefix: "x" } }], c: [null, "", 1, true] },
  { $or: [{ a: ["1"] }, { b: ["2"] }] },
  {},
]

const BAD = [
  { a: "not a list" },
  { a: [] },
  { a: [{ unknown: 1 }] },
  { a: [{ numeric: [">", "1"] }] },
  { a: [{ exists: "yes" }] },
  { a: [{ prefix: "x", suffix: "y" }] },
  { a: [["nested"]] },
  [],
  "text",
]

test("event patterns are told from what is none", () => {
  for (const pattern of GOOD) assert.equal(isFilterPattern(JSON.stringify(pattern)), true, JSON.stringify(pattern))
  for (const pattern of BAD) assert.equal(isFilterPattern(JSON.stringify(pattern)), false, JSON.stringify(pattern))
  assert.equal(isFilterPattern("{"), false)
})
