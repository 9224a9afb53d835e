import assert from "node:assert/strict"
import { test } from "node:test"
import { formatContentRange, parseRange, UNSATISFIABLE } from "./range.ts"

const CASES: [range: string, size: number, expected: ReturnType<typeof parseRange>][] = [
  ["bytes=0-4", 10, { start: 0, end: 5 }],
  ["bytes=5-", 10, { start: 5, end: 10 }],
  ["bytes=-3", 10, { start: 7, end: 10 }],
  ["bytes=-30", 10, { start: 0, end: 10 }],
  ["bytes=9-100", 10, { start: 9, end: 10 }],
  ["bytes=0-0", 1, { start: 0, end: 1 }],
  ["bytes=10-", 10, UNSATISFIABLE],
  ["bytes=10-20", 10, UNSATISFIABLE],
  ["bytes=-0", 10, UNSATISFIABLE],
  ["bytes=-1", 0, UNSATISFIABLE],
  ["bytes=0-", 0, UNSATISFIABLE],
  ["bytes=4-2", 10, undefined],
  ["bytes=-", 10, undefined],
  ["bytes=0-1,3-4", 10, undefined],
  ["chunks=0-1", 10, undefined],
  ["bytes=a-b", 10, undefined],
  ["", 10, undefined],
]

for (const [range, size, expected] of CASES)
  test(`"${range}" of ${size} bytes`, () => assert.deepEqual(parseRange(range, size), expected))

test("a range is written with its last byte", () =>
  assert.equal(formatContentRange({ start: 2, end: 5 }, 10), "bytes 2-4/10"))
