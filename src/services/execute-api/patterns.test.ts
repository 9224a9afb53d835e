import assert from "node:assert/strict"
import { it } from "node:test"
import { compilePattern, PatternError } from "./patterns.ts"

it("a pattern is of the whole text", () => {
  const pattern = compilePattern("4\\d{2}")
  assert.ok(pattern.matches("404"))
  assert.ok(!pattern.matches("4040"))
  assert.ok(!compilePattern(".*error.*").matches("an\nerror"))
})

it("a pattern that others take for ever for takes no time", () =>
  assert.ok(!compilePattern("(a+)+b").matches("a".repeat(50_000))))

for (const wrong of ["(", "a{2000}", "(a)\\1", "(?=a)"])
  it(`a pattern is not taken: ${wrong}`, () => assert.throws(() => compilePattern(wrong), PatternError))
