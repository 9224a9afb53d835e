import assert from "node:assert/strict"
import { test } from "node:test"
import { findStep, formatBase32, stepAt, totpCode } from "./totp.ts"

// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
const SECRET = Buffer.from("12345678901234567890")

test("codes are those of RFC 6238", () => {
  for (const [seconds, code] of [
    [59, "287082"],
    [1111111109, "081804"],
    [1111111111, "050471"],
    [1234567890, "005924"],
    [2000000000, "279037"],
    [20000000000, "353130"],
  ] as const)
    assert.equal(totpCode(SECRET, stepAt(seconds * 1000)), code)
})

test("a code counts one step early or late", () => {
  const now = 1_000_000_000_000
  const step = stepAt(now)
  for (const [offset, found] of [
    [-2, undefined],
    [-1, step - 1],
    [0, step],
    [1, step + 1],
    [2, undefined],
  ] as const)
    assert.equal(findStep(SECRET, totpCode(SECRET, step + offset), now), found, `${offset}`)
  assert.equal(findStep(SECRET, "", now), undefined)
})

test("secrets are shown in base32", () => {
  // RFC 4648, section 10, without padding.
  for (const [text, expected] of [
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ] as const)
    assert.equal(formatBase32(Buffer.from(text)), expected)
})
