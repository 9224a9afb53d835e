import assert from "node:assert/strict"
import { test } from "node:test"
import { findNode, plainOf, SourceError } from "./node.ts"
import { parseSource } from "./parse.ts"

const VALUES: readonly [what: string, text: string, value: unknown][] = [
  [
    "JSON with tabs and escapes",
    '{\n\t"a": [1, "x\\/y\\u0041"],\n\t"b": {"c": null}}',
    { a: [1, "x/yA"], b: { c: null } },
  ],
  ["a version without quotes", "Version: 2012-10-17", { Version: "2012-10-17" }],
  ["an empty file", "", null],
  ["a byte order mark", "\uFEFFa: 1", { a: 1 }],
  ["a key without a value", "a:", { a: null }],
  ["anchors and merges", "a: &x {b: 1}\nc: {<<: *x, d: *x}", { a: { b: 1 }, c: { b: 1, d: { b: 1 } } }],
  ["!Sub", "a: !Sub 'x${b}'", { a: { "Fn::Sub": "x${b}" } }],
  ["!GetAtt", "a: !GetAtt R.Arn.x", { a: { "Fn::GetAtt": ["R", "Arn.x"] } }],
  ["!Join and !Ref", "a: !Join ['', [b, !Ref C]]", { a: { "Fn::Join": ["", ["b", { Ref: "C" }]] } }],
]

for (const [what, text, value] of VALUES)
  test(`reads ${what}`, () => assert.deepEqual(plainOf(parseSource(text)), value))

test("__proto__ is a member like any other", () => {
  const value = plainOf(parseSource('{"__proto__": {"x": 1}}')) as object
  assert.deepEqual(Object.keys(value), ["__proto__"])
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
})

test("values know their places", () => {
  const root = parseSource('{\n  "a": [\n    "x",\n    {"b": true}\n  ]\n}')
  assert.deepEqual(findNode(root, "a", 0)?.at, { line: 3, column: 5 })
  assert.deepEqual(findNode(root, "a", 1, "b")?.at, { line: 4, column: 11 })
  assert.equal(findNode(root, "a", 1, "c"), undefined)
})

test("a number knows how it is written", () => {
  const account = findNode(parseSource("a: 012345678901"), "a")
  assert.equal(account?.kind === "scalar" && account.text, "012345678901")
})

const bomb = [
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."bcdefgh".split("").map((to, i) => `${to}: &${to} [${`*${"abcdefg"[i]},`.repeat(9)}]`),
]

const REFUSED: readonly [what: string, text: string, message: RegExp, line: number, column: number][] = [
  ["a list that does not end", "a: 1\nb: [1", /Flow sequence/, 2, 6],
  ["a key given twice", "a: 1\na: 2", /unique/, 2, 1],
  ["an alias of nothing", "a: *nope", /nope/, 1, 4],
  ["an alias of itself", "a: &a [*a]", /too deeply/, 1, 7],
  ["aliases of aliases", bomb.join("\n"), /too much/, 1, 9],
  ["a hundred thousand brackets", "[".repeat(1e5), /too deeply/, 1, 1],
  ["two documents", "a: 1\n---\nb: 2", /multiple documents$/, 2, 1],
  ["a list as a key", "? [a]\n: b", /not a string/, 1, 3],
  ["no number", "a: .nan", /no value that JSON has/, 1, 4],
]

for (const [what, text, message, line, column] of REFUSED)
  test(`refuses ${what}, and says where`, () => {
    assert.throws(
      () => parseSource(text),
      (error) => {
        assert.ok(error instanceof SourceError)
        assert.match(error.message, message)
        if (!what.includes("brackets") && !what.includes("aliases")) assert.deepEqual(error.at, { line, column })
        return true
      },
    )
  })
