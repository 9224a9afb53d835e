import assert from "node:assert/strict"
import { test } from "node:test"
import { assertPayload } from "./payload.ts"

const take = (text: string) => Buffer.from(assertPayload(Buffer.from(text))).toString()

// What JSON.parse takes and what it does not: the scanner builds nothing, and says the same.
const TEXTS = [
  "null",
  "true",
  "1",
  "-0.5e+3",
  '"a"',
  '"\\u00e9\\n"',
  "[]",
  "{}",
  ' [1, {"a": [null]}] ',
  '{"a":1,"a":2}',
  '"\u2028"',
  "nul",
  "True",
  "01",
  "1.",
  ".5",
  "+1",
  "1e",
  "'a'",
  '"a',
  '"\\x"',
  '"\\u00g0"',
  '"\n"',
  "[1,]",
  "[1 2]",
  '{"a"}',
  "{a:1}",
  '{"a":1,}',
  "[",
  "{",
  "1 2",
  "",
  " ",
  "NaN",
  "\u00a01",
  "\ufeff1",
  "[1]]",
]

for (const text of TEXTS)
  test(`${JSON.stringify(text)} is taken as JSON.parse takes it`, () => {
    let isJson = true
    try {
      JSON.parse(text)
    } catch {
      isJson = false
    }
    // Nothing at all stands for an empty object.
    if (text === "") assert.equal(take(text), "{}")
    else if (isJson) assert.equal(take(text), text)
    else assert.throws(() => take(text), { code: "InvalidRequestContentException" })
  })

const nested = (depth: number, inner = "") => "[".repeat(depth) + inner + "]".repeat(depth)

for (const text of [nested(1_000), nested(1_000, '"a"'), nested(500, `{"a":${nested(499, "1")}}`)])
  test(`a thousand lists and objects in each other are taken: ${text.slice(498, 510)}`, () => {
    assert.equal(take(text), text)
  })

for (const text of [nested(1_001), nested(500, `{"a":${nested(500, "1")}}`), nested(1_000_000)])
  test(`${text.split(/[[{]/).length - 1} are refused before anything is built of them`, () => {
    assert.throws(() => take(text), {
      code: "InvalidRequestContentException",
      message:
        "Could not parse request body into json: Could not parse payload into json: Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)",
    })
  })
