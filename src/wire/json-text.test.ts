import assert from "node:assert/strict"
import { test } from "node:test"
import { stringifyOutput, writtenAs } from "./json-text.ts"

test("what is JSON already is written as it is, and the rest encoded", () => {
  const doubled = (value: unknown) =>
    Object.fromEntries(Object.entries(value as Record<string, number>).map(([name, n]) => [name, 2 * n]))
  for (const [output, expected] of [
    [{}, {}],
    [{ a: 1 }, { a: 2 }],
    [{ a: writtenAs('[{"b":1}]') }, { a: [{ b: 1 }] }],
    [
      { a: writtenAs("{}"), b: 1, 'c"': writtenAs("null") },
      { a: {}, b: 2, 'c"': null },
    ],
  ] as const) {
    assert.deepEqual(JSON.parse(stringifyOutput(output, doubled)), expected)
  }
})
