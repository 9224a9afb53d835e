import assert from "node:assert/strict"
import { test } from "node:test"
import { Base64Bytes, parseBase64 } from "./base64.ts"

const INVALID = "Invalid base 64 character"
const LAST = "Invalid last non-pad Base64 character dectected"
const LENGTH = (length: number) => `Base64 encoded length is expected a multiple of 4 bytes but found: ${length}`

const CASES: [string, string | number[]][] = [
  ["", []],
  ["AA==", [0]],
  ["AAE=", [0, 1]],
  ["AAEC", [0, 1, 2]],
  ["AAECAw==", [0, 1, 2, 3]],
  ["+/+/", [0xfb, 0xff, 0xbf]],
  ["AAE", LENGTH(3)],
  ["-_-_", INVALID],
  ["AA-=", INVALID],
  ["AA A", INVALID],
  ["AAA\n", INVALID],
  ["A===", INVALID],
  ["====", INVALID],
  ["A=AA", INVALID],
  ["AA==AAAA", INVALID],
  ["AAA\u0101", INVALID],
  ["AAA\u00e9", INVALID],
  ["AB==", LAST],
  ["AAECAB==", LAST],
  ["AAF=", LAST],
]

for (const [text, expected] of CASES)
  test(`${JSON.stringify(text)} is ${JSON.stringify(expected)}, as a text and in bytes`, () => {
    const same = (parsed: Uint8Array | string) => (typeof parsed === "string" ? parsed : [...parsed])
    assert.deepEqual(same(parseBase64(text)), expected)
    if (!/[^\0-\xff]/.test(text))
      assert.deepEqual(same(parseBase64(new Base64Bytes(Buffer.from(text, "latin1")))), expected)
  })
