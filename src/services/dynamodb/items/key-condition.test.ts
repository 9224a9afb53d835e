import assert from "node:assert/strict"
import { test } from "node:test"
import { bindCondition } from "../expressions/bind-condition.ts"
import { parseConditionExpression } from "../expressions/parse.ts"
import type { KeySchema, KeyType } from "../tables/keys.ts"
import { findKeyBytes } from "../tables/keys.ts"
import { compileKey } from "../tables/record.ts"
import { type AttributeValue, newItem } from "../values/attribute-value.ts"
import { keyConditionOf, keyTestsOf } from "./key-condition.ts"
import { keyRangeOf } from "./key-range.ts"

const TYPES = new Map<string, KeyType>([
  ["pk", "S"],
  ["sk", "N"],
  ["t1", "S"],
  ["t2", "S"],
  ["p2", "N"],
])

const schemaOf = (hashes: string[], ranges: string[]): KeySchema =>
  compileKey(
    [
      ...hashes.map((name) => ({ name, type: "HASH" as const })),
      ...ranges.map((name) => ({ name, type: "RANGE" as const })),
    ],
    TYPES,
  )

const SIMPLE = schemaOf(["pk"], ["sk"])
const HASH_ONLY = schemaOf(["pk"], [])
const SEVERAL = schemaOf(["pk", "p2"], ["t1", "t2"])

const VALUES: Record<string, AttributeValue> = {
  ":a": { S: "a" },
  ":b": { S: "b" },
  ":empty": { S: "" },
  ":n1": { N: "1" },
  ":n5": { N: "5" },
}

function rangeOf(schema: KeySchema, source: string) {
  const bindings = {
    names: new Map<string, string>(),
    values: new Map(Object.entries(VALUES)),
    usedNames: new Set<string>(),
    usedValues: new Set<string>(),
    entered: new Set<string>(),
  }
  const kind = "KeyConditionExpression"
  const condition = bindCondition(bindings, kind, parseConditionExpression(kind, source))
  return keyRangeOf(schema, keyConditionOf(schema, keyTestsOf(condition)))
}

function isWithin(schema: KeySchema, source: string, item: Record<string, AttributeValue>): boolean {
  const { pk, from, to } = rangeOf(schema, source)
  const key = findKeyBytes(schema, Object.assign(newItem(), item))!
  return key.pk.equals(pk) && Buffer.compare(key.sk, from) >= 0 && (!to || Buffer.compare(key.sk, to) < 0)
}

const REFUSED: [schema: KeySchema, source: string, message: string][] = [
  [SIMPLE, "sk = :n1", "Query condition missed key schema element: pk"],
  [SIMPLE, "pk = :a AND t1 = :b", "Query condition missed key schema element: sk"],
  [HASH_ONLY, "pk = :a AND t1 = :b", "Query key condition not supported"],
  [SIMPLE, "pk > :a", "Query key condition not supported"],
  [SIMPLE, "pk = :a OR sk = :n1", "Invalid operator used in KeyConditionExpression: OR"],
  [SIMPLE, "NOT pk = :a", "Invalid operator used in KeyConditionExpression: NOT"],
  [SIMPLE, "pk IN (:a)", "Invalid operator used in KeyConditionExpression: IN"],
  [SIMPLE, "pk <> :a", "Invalid operator used in KeyConditionExpression: <>"],
  [SIMPLE, "pk = :a AND contains(sk, :b)", "Invalid operator used in KeyConditionExpression: contains"],
  [SIMPLE, "pk = :a AND pk = :b", "KeyConditionExpressions must only contain one condition per key"],
  [
    SIMPLE,
    "pk.x = :a",
    "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes",
  ],
  [SIMPLE, "pk = sk", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"],
  [SIMPLE, ":a = :b", "Invalid condition in KeyConditionExpression: No key attribute specified"],
  [
    SIMPLE,
    "pk = :n1",
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  ],
  [
    SIMPLE,
    "pk = :empty",
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
  ],
  [SEVERAL, "pk = :a", "Query condition missed key schema element: p2"],
  [SEVERAL, "pk = :a AND p2 = :n1 AND t2 = :b", "Query condition missed key schema element: t1"],
  [SEVERAL, "pk = :a AND p2 = :n1 AND t1 > :a AND t2 = :b", "Query key condition not supported"],
]

for (const [schema, source, message] of REFUSED) {
  test(`${source} is refused`, () =>
    assert.throws(() => rangeOf(schema, source), { code: "ValidationException", message }))
}

const at = (sk: string): Record<string, AttributeValue> => ({ pk: { S: "a" }, sk: { N: sk } })

const CASES: [source: string, within: string[], without: string[]][] = [
  ["pk = :a", ["-1", "0", "1e20"], []],
  ["sk = :n1 AND pk = :a", ["1", "1.0"], ["0.9", "1.1", "-1"]],
  ["pk = :a AND sk < :n1", ["0", "-5"], ["1", "2"]],
  ["pk = :a AND sk <= :n1", ["0", "1"], ["1.0001", "2"]],
  ["pk = :a AND sk > :n1", ["1.0001", "5"], ["1", "0", "-1"]],
  ["pk = :a AND sk >= :n1", ["1", "5"], ["0.9999"]],
  ["pk = :a AND :n1 < sk", ["2"], ["1", "0"]],
  ["pk = :a AND sk BETWEEN :n1 AND :n5", ["1", "3", "5"], ["0.9", "5.1"]],
]

for (const [source, within, without] of CASES) {
  test(`${source} covers what it says`, () => {
    for (const sk of within) assert.ok(isWithin(SIMPLE, source, at(sk)), sk)
    for (const sk of without) assert.ok(!isWithin(SIMPLE, source, at(sk)), sk)
  })
}

test("conditions on several sort attributes go from the first on", () => {
  const item = (t1: string, t2: string) => ({ pk: { S: "a" }, p2: { N: "1" }, t1: { S: t1 }, t2: { S: t2 } })
  const of = (source: string, t1: string, t2: string) =>
    isWithin(SEVERAL, `pk = :a AND p2 = :n1 AND ${source}`, item(t1, t2))
  assert.ok(of("t1 = :a", "a", "anything"))
  assert.ok(!of("t1 = :a", "aa", "anything"))
  assert.ok(!of("t1 = :a", "a\u0000", "anything"))
  assert.ok(of("t1 = :a AND t2 > :a", "a", "a\u0000"))
  assert.ok(!of("t1 = :a AND t2 > :a", "a", "a"))
  assert.ok(!of("t1 = :a AND t2 > :a", "b", "z"))
  assert.ok(of("begins_with(t1, :a)", "ab", "q"))
  assert.ok(of("t1 > :a", "a\u0000", "q"))
  assert.ok(!of("t1 > :a", "a", "z"))
  assert.ok(of("t1 <= :a", "a", "zzz"))
  assert.ok(of("t1 BETWEEN :a AND :b", "b", "zzz"))
})
