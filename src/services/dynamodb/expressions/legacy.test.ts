import assert from "node:assert/strict"
import { test } from "node:test"
import type { Condition, ExpectedAttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "../values/attribute-value.ts"
import { thawItem } from "../values/thaw.ts"
import { holds } from "./evaluate.ts"
import { legacyExpected, legacyFilter } from "./legacy-conditions.ts"
import { legacyUpdate } from "./legacy-updates.ts"
import { applyUpdate } from "./update.ts"

const ITEM: Item = { s: { S: "abc" }, n: { N: "5" }, ss: { SS: ["x"] } }

const condition = (
  ComparisonOperator: string,
  ...AttributeValueList: Condition["AttributeValueList"] & object
): Condition => ({
  ComparisonOperator: ComparisonOperator as "EQ",
  AttributeValueList,
})

const CASES: [name: string, condition: Condition, expected: boolean][] = [
  ["s", condition("EQ", { S: "abc" }), true],
  ["s", condition("NE", { S: "abc" }), false],
  ["n", condition("LT", { N: "6" }), true],
  ["n", condition("LE", { N: "4" }), false],
  ["n", condition("GT", { N: "4.9" }), true],
  ["n", condition("GE", { N: "5.0" }), true],
  ["n", condition("BETWEEN", { N: "1" }, { N: "9" }), true],
  ["n", condition("IN", { N: "1" }, { N: "5" }), true],
  ["s", condition("BEGINS_WITH", { S: "ab" }), true],
  ["s", condition("CONTAINS", { S: "z" }), false],
  ["ss", condition("CONTAINS", { S: "x" }), true],
  ["ss", condition("NOT_CONTAINS", { S: "x" }), false],
  ["s", condition("NOT_NULL"), true],
  ["s", condition("NULL"), false],
  ["gone", condition("NULL"), true],
  ["constructor", condition("NOT_NULL"), false],
]

for (const [name, given, expected] of CASES) {
  test(`${name} ${given.ComparisonOperator} is ${expected}`, () => {
    assert.equal(holds(legacyFilter({ [name]: given }, undefined)!, ITEM), expected)
  })
}

const REFUSED: [condition: Condition, message: string][] = [
  [condition("EQ"), "Invalid number of argument(s) for the EQ ComparisonOperator"],
  [condition("NULL", { S: "a" }), "Invalid number of argument(s) for the NULL ComparisonOperator"],
  [condition("BETWEEN", { S: "a" }), "Invalid number of argument(s) for the BETWEEN ComparisonOperator"],
  [condition("IN"), "Invalid number of argument(s) for the IN ComparisonOperator"],
  [condition("LT", { SS: ["a"] }), "ComparisonOperator LT is not valid for SS AttributeValue type"],
  [condition("BEGINS_WITH", { N: "1" }), "ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type"],
  [
    condition("BETWEEN", { N: "2" }, { N: "1" }),
    "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
  ],
  [condition("IN", { N: "2" }, { S: "1" }), "AttributeValues inside AttributeValueList must be of same type"],
]

for (const [given, message] of REFUSED) {
  test(`${given.ComparisonOperator} is refused: ${message}`, () => {
    assert.throws(() => legacyFilter({ s: given }, undefined), {
      message: `One or more parameter values were invalid: ${message}`,
    })
  })
}

test("conditions are joined as ConditionalOperator says", () => {
  const both = { s: condition("EQ", { S: "abc" }), n: condition("EQ", { N: "6" }) }
  assert.equal(holds(legacyFilter(both, undefined)!, ITEM), false)
  assert.equal(holds(legacyFilter(both, "AND")!, ITEM), false)
  assert.equal(holds(legacyFilter(both, "OR")!, ITEM), true)
})

const EXPECTED: [expected: ExpectedAttributeValue, result: boolean | string][] = [
  [{ Value: { S: "abc" } }, true],
  [{ Exists: true, Value: { S: "x" } }, false],
  [{ Exists: false }, false],
  [{ ComparisonOperator: "EQ", Value: { S: "abc" } }, true],
  [{ Exists: false, Value: { S: "x" } }, "Value cannot be used when Exists is set to false for Attribute: s"],
  [{ Exists: true }, "Value must be provided when Exists is true for Attribute: s"],
  [{}, "Value must be provided when Exists is null for Attribute: s"],
  [
    { Exists: true, ComparisonOperator: "EQ" },
    "Exists and ComparisonOperator cannot be used together for Attribute: s",
  ],
  [
    { AttributeValueList: [{ S: "a" }] },
    "AttributeValueList can only be used with a ComparisonOperator for Attribute: s",
  ],
]

for (const [expected, result] of EXPECTED) {
  test(`expecting ${JSON.stringify(expected)}`, () => {
    const run = () => holds(legacyExpected({ s: expected }, undefined)!, ITEM)
    if (typeof result === "boolean") assert.equal(run(), result)
    else assert.throws(run, { message: `One or more parameter values were invalid: ${result}` })
  })
}

test("AttributeUpdates put, add and delete", () => {
  const item = thawItem(ITEM)
  const update = legacyUpdate({
    a: { Value: { S: "new" } },
    n: { Action: "ADD", Value: { N: "2" } },
    s: { Action: "DELETE" },
    ss: { Action: "DELETE", Value: { SS: ["x"] } },
    l: { Action: "ADD", Value: { L: [{ S: "q" }] } },
  })
  applyUpdate(update, ITEM, item)
  assert.deepEqual({ ...item }, { a: { S: "new" }, n: { N: "7" }, l: { L: [{ S: "q" }] } })
})

test("AttributeUpdates that make no sense are refused", () => {
  const refuses = (given: Parameters<typeof legacyUpdate>[0][string], message: string) =>
    assert.throws(() => legacyUpdate({ a: given }), {
      message: `One or more parameter values were invalid: ${message}`,
    })
  refuses({ Action: "PUT" }, "Only DELETE action is allowed when no attribute value is specified")
  refuses({ Action: "ADD", Value: { S: "a" } }, "ADD action is not supported for the type S")
  refuses({ Action: "DELETE", Value: { N: "1" } }, "DELETE action with value is not supported for the type N")
})
