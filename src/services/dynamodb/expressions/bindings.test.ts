import assert from "node:assert/strict"
import { test } from "node:test"
import { assertAllUsed, bindingsOf } from "./bindings.ts"

type Names = Parameters<typeof bindingsOf>[0]
type Values = Parameters<typeof bindingsOf>[1]

const CASES: [name: string, names: Names, values: Values, message: string][] = [
  ["no names", {}, undefined, "ExpressionAttributeNames must not be empty"],
  ["no values", undefined, {}, "ExpressionAttributeValues must not be empty"],
  ["a name without #", { a: "b" }, undefined, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'],
  ["a bare #", { "#": "b" }, undefined, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#"'],
  [
    "a dotted name",
    { "#a.b": "b" },
    undefined,
    'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a.b"',
  ],
  [
    "a value without :",
    undefined,
    { loc: { S: "a" } },
    'ExpressionAttributeValues contains invalid key: Syntax error; key: "loc"',
  ],
  [
    "an empty set",
    undefined,
    { ":one": { NS: [] } },
    "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: An number set  may not be empty for key :one",
  ],
  [
    "a value of no type",
    undefined,
    { ":one": {} as never },
    "ExpressionAttributeValues contains invalid value: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes for key :one",
  ],
]

const sent = { withNames: { FilterExpression: "x" }, withValues: { FilterExpression: "x" } }

for (const [name, names, values, message] of CASES) {
  test(`refuses ${name}`, () =>
    assert.throws(() => bindingsOf(names, values, sent), { code: "ValidationException", message }))
}

test("placeholders need an expression", () => {
  const none = {
    withNames: { UpdateExpression: undefined },
    withValues: { UpdateExpression: undefined, ConditionExpression: undefined },
  }
  assert.throws(() => bindingsOf({ "#a": "a" }, undefined, none), {
    message: "ExpressionAttributeNames can only be specified when using expressions",
  })
  assert.throws(() => bindingsOf(undefined, { ":a": { S: "a" } }, none), {
    message:
      "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null",
  })
  assert.throws(
    () => bindingsOf(undefined, { ":a": { S: "a" } }, { ...none, withValues: { FilterExpression: undefined } }),
    {
      message: "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
    },
  )
})

test("what is not used is refused", () => {
  const bindings = bindingsOf({ "#a": "a" }, { ":a": { S: "a" }, ":b": { S: "b" } }, sent)
  bindings.usedNames.add("#a")
  bindings.usedValues.add(":b")
  assert.throws(() => assertAllUsed(bindings), {
    message: "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}",
  })
})
