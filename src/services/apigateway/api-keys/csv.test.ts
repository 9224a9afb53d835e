import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { parseCsv } from "./csv.ts"

const CASES: readonly [text: string, rows: string[][]][] = [
  ["", []],
  ["\n\r\n", []],
  [
    "a,b\n1,2\n",
    [
      ["a", "b"],
      ["1", "2"],
    ],
  ],
  [
    "a,b\r\n1,\r\n",
    [
      ["a", "b"],
      ["1", ""],
    ],
  ],
  [
    '"a,b","c""d"\n"e\nf",g',
    [
      ["a,b", 'c"d'],
      ["e\nf", "g"],
    ],
  ],
  ['"open', [["open"]]],
  ["a,", [["a", ""]]],
]

for (const [text, rows] of CASES) test(JSON.stringify(text), () => assert.deepEqual(parseCsv(text), rows))

test("what is written with quotes is read as it was", () => {
  const value = fc.string().filter((text) => text.trim() !== "")
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 1 })), (rows) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
      assert.deepEqual(parseCsv(rows.map((row) => row.map(quoted).join(",")).join("\n")), rows)
    }),
  )
})
