import assert from "node:assert/strict"
import { test } from "node:test"
import { flattenClaims } from "./claims.ts"

test("what a provider tells is one text each", () => {
  for (const [value, text] of [
    ["Ann", "Ann"],
    ["", ""],
    [true, "true"],
    [1700000000, "1700000000"],
    [{ formatted: "1 Road" }, '{"formatted":"1 Road"}'],
    [[], undefined],
    [["one"], "one"],
    [["a b", "c@d", "e.-*_f", "ä"], "[a+b,c%40d,e.-*_f,%C3%A4]"],
    [["a,b", "]"], "[a%2Cb,%5D]"],
    [[1, true], "[1,true]"],
    [["\ud800", "x"], "[%EF%BF%BD,x]"],
    [null, undefined],
    [undefined, undefined],
  ] as const)
    assert.equal(flattenClaims({ claim: value }).claim, text, JSON.stringify(value))
  assert.equal(Object.getPrototypeOf(flattenClaims({})), null)
  assert.deepEqual(Object.entries(flattenClaims(JSON.parse('{"__proto__":"x"}'))), [["__proto__", "x"]])
})
