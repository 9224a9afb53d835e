import assert from "node:assert/strict"
import { test } from "node:test"
import { matchesWildcards } from "./json.ts"
import { compilePattern } from "./pattern.ts"

const EVENT = JSON.stringify({
  level: "ERROR",
  code: 404,
  ip: "10.1.2.3",
  ok: false,
  none: null,
  user: { name: "ann", roles: ["a", "b"] },
  "odd key": "x",
})

// User Guide, "Filter pattern syntax".
const CASES: readonly [pattern: string, message: string, matches: boolean][] = [
  ["", "anything", true],
  ["   ", "anything", true],
  ["ERROR", "[ERROR 400] BAD", true],
  ["ERROR", "Error", false],
  ["ERROR BAD", "BAD ERROR", true],
  ["ERROR BAD", "ERROR", false],
  ['"a \\"b\\""', 'x a "b" y', true],
  ['"ERROR EXCEPTION"', "ERROR: EXCEPTION", false],
  ["ERROR -BAD", "ERROR", true],
  ["ERROR -BAD", "ERROR BAD", false],
  ['-"a b"', "a b", false],
  ['-"a b"', "a-b", true],
  ["?A ?B", "only B", true],
  ["?A ?B", "neither", false],
  ["?A C", "C", true],
  ['{ $.level = "ERROR" }', EVENT, true],
  ["{ $.level = ERROR }", EVENT, true],
  ["{$.level=ERR*}", EVENT, true],
  ["{ $.level != ERROR }", EVENT, false],
  ["{ $.missing != ERROR }", EVENT, false],
  ["{ $.code = 404 }", EVENT, true],
  ["{ $.code > 4.03e2 && $.code < 405 }", EVENT, true],
  ["{ $.code >= 500 || $.level = ERROR }", EVENT, true],
  ["{ ($.code >= 500 || $.level = ERROR) && $.ok IS FALSE }", EVENT, true],
  ['{ $.ip = "10.1.*" }', EVENT, true],
  ["{ $.none IS NULL }", EVENT, true],
  ["{ $.level IS NULL }", EVENT, false],
  ["{ $.ok IS TRUE }", EVENT, false],
  ["{ $.missing NOT EXISTS }", EVENT, true],
  ["{ $.level NOT EXISTS }", EVENT, false],
  ["{ $.user.name = ann }", EVENT, true],
  ["{ $.user.roles[1] = b }", EVENT, true],
  ["{ $.user.roles[2] = b }", EVENT, false],
  ["{ $['odd key'] = x }", EVENT, true],
  ["{ $.level = ERROR }", "level=ERROR", false],
  ["{ $.level = ERROR }", '{"level":', false],
  ["{ $.constructor.name = Object }", EVENT, false],
]

for (const [pattern, message, matches] of CASES)
  test(`${pattern} ${matches ? "matches" : "does not match"} ${message.slice(0, 20)}`, () =>
    assert.equal(compilePattern(pattern)(message), matches))

for (const pattern of [
  "a.b",
  '"a',
  'a"b',
  "{",
  "{}",
  "{ a = 1 }",
  "{ $.a = 1",
  "{ $.a == 1 }",
  "{ $.a = 1 } x",
  "{ $.a }",
  "{ $.a IS 1 }",
])
  test(`${pattern} is none`, () => assert.throws(() => compilePattern(pattern), { code: "InvalidParameterException" }))

test("parentheses are followed so far and no further", () => {
  const nested = (depth: number) => `{ ${"(".repeat(depth)}$.a = 1${")".repeat(depth)} }`
  assert.equal(compilePattern(nested(64))('{"a":1}'), true)
  assert.throws(() => compilePattern(nested(65)), { code: "InvalidParameterException" })
})

test("asterisks stand for anything", () => {
  assert.equal(matchesWildcards("abc", "a*c"), true)
  assert.equal(matchesWildcards("ac", "a*c"), true)
  assert.equal(matchesWildcards("aba", "ab*ba"), false)
  assert.equal(matchesWildcards("a1b2c", "a*b*c"), true)
  assert.equal(matchesWildcards("acb", "a*b*c"), false)
  assert.equal(matchesWildcards("", "*"), true)
})
