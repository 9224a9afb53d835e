import assert from "node:assert/strict"
import { test } from "node:test"
import { parseFilter } from "./filter.ts"

test("filters are one attribute, one operator, one value in quotes", () => {
  const cases: [string | undefined, ReturnType<typeof parseFilter>][] = [
    [undefined, undefined],
    ["", undefined],
    ["  ", undefined],
    ['email = "a@b.c"', { attribute: "email", operator: "=", value: "a@b.c" }],
    ['email="a"', { attribute: "email", operator: "=", value: "a" }],
    ['  "email"  ^=  "a"  ', { attribute: "email", operator: "^=", value: "a" }],
    ['name = ""', { attribute: "name", operator: "=", value: "" }],
    ['name = "a \\"b\\" \\\\c"', { attribute: "name", operator: "=", value: 'a "b" \\c' }],
    ['cognito:user_status = "CONFIRMED"', { attribute: "cognito:user_status", operator: "=", value: "CONFIRMED" }],
    ['name = "one\ntwo"', { attribute: "name", operator: "=", value: "one\ntwo" }],
  ]
  for (const [text, expected] of cases) assert.deepEqual(parseFilter(text), expected, text)
})

test("everything else is refused", () => {
  for (const text of [
    "email",
    "email =",
    "email = a",
    'email = "a',
    'email = "a" "b"',
    'email != "a"',
    'email = "a" and name = "b"',
    'custom:a = "b"',
    'nickname = "b"',
    '__proto__ = "b"',
    'email = "a\\"',
    'email = "\0"',
    'email = "\ud800"',
    `email = "${"\\".repeat(255)}`,
  ])
    assert.throws(() => parseFilter(text), { code: "InvalidParameterException" }, text)
})
