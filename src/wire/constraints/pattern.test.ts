import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compilePattern } from "./pattern.ts"

describe("patterns of AWS's models", () => {
  for (const [pattern, matching, other] of [
    ["[\\w-]+_[0-9a-zA-Z]+", "us-east-1_aB9", "us-east-1"],
    ["[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", "Zoë@例", "a b"],
    ["[\\S]+", "a\u00a0b", "a b"],
    ["[\\w\\s+=,.@-]+", "a b\t@", "a\u00a0b"],
    ["[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+", "a\tÿ", "a\u0100"],
    [
      "arn:aws:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+",
      "arn:aws:iam::123456789012:role/a-b",
      "arn:aws:iam::1:role/a",
    ],
    ["[\\w\\-\\:]+", "a-b:c", "a b"],
    ["a|b", "b", "ab"],
    ["\\p{Print}+", "a ~", "ü"],
    ["(?s).*", "a\nb", undefined],
    ["[^\\[\\]]+", "ab", "a[b"],
  ] as const) {
    test(pattern, () => {
      const matches = compilePattern(pattern)!
      assert.equal(matches(matching), true)
      if (other !== undefined) assert.equal(matches(other), false)
    })
  }

  test("match the whole value", () => {
    assert.equal(compilePattern("[a-z]+")!("abc\n"), false)
    assert.equal(compilePattern("^[a-z]+$")!("abc"), true)
  })

  test("are not tried on text far beyond its length", () => {
    const matches = compilePattern("(a+)+b", 10)!
    assert.equal(matches("a".repeat(5)), false)
    assert.equal(matches("a".repeat(100_000)), true, "the length is refused instead")
    assert.equal(compilePattern("(a+)+b")!("a".repeat(100_000)), false)
  })

  test("beyond JavaScript are known to be", () => assert.equal(compilePattern("(?<=a+)\\p{NoSuchClass}("), undefined))
})
