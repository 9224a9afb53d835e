import assert from "node:assert/strict"
import { test } from "node:test"
import { type AttributeValue, type Item, newItem } from "../values/attribute-value.ts"
import { bindCondition } from "./bind-condition.ts"
import type { Bindings } from "./bindings.ts"
import { holds } from "./evaluate.ts"
import { parseConditionExpression } from "./parse.ts"

const ITEM: Item = {
  pk: { S: "user#1" },
  n: { N: "10" },
  neg: { N: "-2.5" },
  b: { B: "AQID" },
  t: { BOOL: true },
  u: { NULL: true },
  ss: { SS: ["a", "b"] },
  ns: { NS: ["1", "2"] },
  bs: { BS: ["AQ==", "Ag=="] },
  l: { L: [{ S: "x" }, { M: { deep: { N: "7" } } }] },
  m: { M: { k: { S: "v" }, "a.b": { S: "dot" } } },
  bigger: { N: "20" },
}

const VALUES: Record<string, AttributeValue> = {
  ":user1": { S: "user#1" },
  ":user": { S: "user" },
  ":er": { S: "er#" },
  ":a": { S: "a" },
  ":z": { S: "z" },
  ":n1": { N: "1" },
  ":n7": { N: "7" },
  ":n10": { N: "10" },
  ":n15": { N: "15" },
  ":n2": { N: "2" },
  ":n3": { N: "3" },
  ":bytes": { B: "AQID" },
  ":b12": { B: "AQI=" },
  ":b2": { B: "Ag==" },
  ":true": { BOOL: true },
  ":null": { NULL: true },
  ":ba": { SS: ["b", "a"] },
  ":list": { L: [{ S: "x" }, { M: { deep: { N: "7" } } }] },
  ":map": { M: { "a.b": { S: "dot" }, k: { S: "v" } } },
  ":tS": { S: "S" },
  ":tNS": { S: "NS" },
}

const bindings = (): Bindings => ({
  names: new Map([
    ["#dot", "a.b"],
    ["#proto", "__proto__"],
    ["#constructor", "constructor"],
  ]),
  values: new Map(Object.entries(VALUES)),
  usedNames: new Set(),
  usedValues: new Set(),
  entered: new Set(),
})

const evaluate = (source: string, item = ITEM): boolean =>
  holds(bindCondition(bindings(), "ConditionExpression", parseConditionExpression("ConditionExpression", source)), item)

const CASES: [source: string, expected: boolean][] = [
  ["pk = :user1", true],
  [":user1 = pk", true],
  ["pk = :user", false],
  ["pk <> :user", true],
  ["n = :n10", true],
  ["n < :n15", true],
  ["n > :n2", true],
  ["neg < :n1", true],
  ["n < bigger", true],
  ["bigger <= n", false],
  ["n >= :n10 AND n <= :n10", true],
  ["pk < :n10", false],
  ["pk >= :n10", false],
  ["b = :bytes", true],
  ["t = :true", true],
  ["u = :null", true],
  ["ss = :ba", true],
  ["l = :list", true],
  ["m = :map", true],
  ["gone = :a", false],
  ["gone <> :a", true],
  ["gone < :a", false],
  ["gone = goneToo", false],
  ["n BETWEEN :n1 AND :n15", true],
  ["n BETWEEN :n10 AND :n10", true],
  ["n BETWEEN :n1 AND :n2", false],
  ["gone BETWEEN :n1 AND :n2", false],
  ["n IN (:n1, :n10)", true],
  ["n IN (:n1, :a)", false],
  ["gone IN (:n1)", false],
  ["attribute_exists(m.k)", true],
  ["attribute_exists(m.x)", false],
  ["attribute_exists(m.#dot)", true],
  ["attribute_exists(#constructor)", false],
  ["attribute_exists(#proto)", false],
  ["attribute_exists(m.#constructor)", false],
  ["attribute_not_exists(l[2])", true],
  ["attribute_not_exists(l[0])", false],
  ["attribute_exists(pk.x)", false],
  ["attribute_exists(pk[0])", false],
  ["attribute_type(pk, :tS)", true],
  ["attribute_type(ns, :tNS)", true],
  ["attribute_type(gone, :tS)", false],
  ["begins_with(pk, :user)", true],
  ["begins_with(pk, :er)", false],
  ["begins_with(b, :b12)", true],
  ["begins_with(n, :user)", false],
  ["contains(pk, :er)", true],
  ["contains(pk, :z)", false],
  ["contains(ss, :a)", true],
  ["contains(ns, :n2)", true],
  ["contains(ns, :n3)", false],
  ["contains(bs, :b2)", true],
  ["contains(b, :b2)", true],
  ["contains(l, :z)", false],
  ["contains(n, :n1)", false],
  ["contains(gone, :a)", false],
  ["size(pk) = :n7", false],
  ["size(ss) = :n2", true],
  ["size(b) = :n3", true],
  ["size(l) = :n2", true],
  ["size(m) = :n2", true],
  ["size(n) = :n2", false],
  ["size(gone) < :n2", false],
  [":n1 < size(l)", true],
  ["l[1].deep = :n7", true],
  ["NOT pk = :user1", false],
  ["NOT gone = :a AND n = :n10", true],
  ["pk = :user OR n = :n10 AND pk = :user", false],
  ["(pk = :user OR n = :n10) AND pk = :user1", true],
]

for (const [source, expected] of CASES) {
  test(`${source} is ${expected}`, () => assert.equal(evaluate(source), expected))
}

test("an item that is not there has no attributes", () => {
  assert.equal(evaluate("attribute_not_exists(pk)", newItem()), true)
  assert.equal(evaluate("pk = :a", newItem()), false)
})

const REFUSED: [source: string, message: string][] = [
  ["a = :nope", "An expression attribute value used in expression is not defined; attribute value: :nope"],
  ["#nope = :a", "An expression attribute name used in the document path is not defined; attribute name: #nope"],
  ["a < :true", "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"],
  [
    "begins_with(a, :n1)",
    "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N",
  ],
  ["size(:n1) = :n2", "Incorrect operand type for operator or function; operator or function: size, operand type: N"],
  [
    "attribute_type(a, :n1)",
    "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N",
  ],
  ["attribute_type(a, :a)", "Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"],
  ["attribute_exists(:a)", "Operator or function requires a document path; operator or function: attribute_exists"],
  [
    "a = a",
    "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]",
  ],
  [
    "contains(a.b[1], a.b[1])",
    "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a, b, [1]]",
  ],
  [
    "a BETWEEN :z AND :a",
    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:z}, upper bound operand: AttributeValue: {S:a}",
  ],
  [
    "a BETWEEN :n1 AND :a",
    "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
  ],
]

for (const [source, message] of REFUSED) {
  test(`${source} is refused`, () => {
    assert.throws(() => evaluate(source), { message: `Invalid ConditionExpression: ${message}` })
  })
}
