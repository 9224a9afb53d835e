import assert from "node:assert/strict"
import { test } from "node:test"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { thawItem } from "../values/thaw.ts"
import { bindUpdate } from "./bind-update.ts"
import type { Bindings } from "./bindings.ts"
import { parseUpdateExpression } from "./parse.ts"
import { applyUpdate } from "./update.ts"

const ITEM: Item = {
  pk: { S: "a" },
  n: { N: "1" },
  s: { S: "text" },
  ss: { SS: ["a", "b"] },
  l: { L: [{ N: "0" }, { N: "1" }, { N: "2" }] },
  m: { M: { k: { S: "v" }, l: { L: [{ M: { x: { N: "1" } } }] } } },
}

const VALUES: Record<string, AttributeValue> = {
  ":one": { N: "1" },
  ":two": { N: "2" },
  ":s": { S: "s" },
  ":l": { L: [{ S: "new" }] },
  ":e": { L: [] },
  ":m": { M: {} },
  ":a": { SS: ["a"] },
  ":ab": { SS: ["a", "b"] },
  ":c": { SS: ["c", "a"] },
  ":ns": { NS: ["1"] },
}

function update(source: string, item = ITEM): Item {
  const bindings: Bindings = {
    names: new Map([
      ["#proto", "__proto__"],
      ["#constructor", "constructor"],
    ]),
    values: new Map(Object.entries(VALUES)),
    usedNames: new Set(),
    usedValues: new Set(),
    entered: new Set(),
  }
  const changed = thawItem(item)
  applyUpdate(bindUpdate(bindings, parseUpdateExpression(source)), item, changed)
  return changed
}

/** What the update leaves, of the attributes that are named. */
const CASES: [source: string, expected: Record<string, AttributeValue | undefined>][] = [
  ["SET x = :one", { x: { N: "1" }, n: { N: "1" } }],
  ["SET n = n + :two", { n: { N: "3" } }],
  ["SET n = :two - n", { n: { N: "1" } }],
  ["SET n = (n + :one)", { n: { N: "2" } }],
  ["SET a = n, n = :two", { a: { N: "1" }, n: { N: "2" } }],
  ["SET a = if_not_exists(n, :two), b = if_not_exists(zz, :two)", { a: { N: "1" }, b: { N: "2" } }],
  ["SET zz = if_not_exists(zz, :one) + :one", { zz: { N: "2" } }],
  ["SET l = list_append(l, :l)", { l: { L: [{ N: "0" }, { N: "1" }, { N: "2" }, { S: "new" }] } }],
  ["SET l = list_append(:l, l)", { l: { L: [{ S: "new" }, { N: "0" }, { N: "1" }, { N: "2" }] } }],
  ["SET q = list_append(if_not_exists(q, :e), :l)", { q: { L: [{ S: "new" }] } }],
  ["SET l[1] = :s", { l: { L: [{ N: "0" }, { S: "s" }, { N: "2" }] } }],
  ["SET l[9] = :two, l[5] = :one", { l: { L: [{ N: "0" }, { N: "1" }, { N: "2" }, { N: "1" }, { N: "2" }] } }],
  ["SET m.z = :s", { m: { M: { k: { S: "v" }, l: { L: [{ M: { x: { N: "1" } } }] }, z: { S: "s" } } } }],
  ["SET m.l[0].x = :two", { m: { M: { k: { S: "v" }, l: { L: [{ M: { x: { N: "2" } } }] } } } }],
  [
    "SET m.#proto = :s",
    {
      m: {
        M: Object.fromEntries([
          ["k", { S: "v" }],
          ["l", { L: [{ M: { x: { N: "1" } } }] }],
          ["__proto__", { S: "s" }],
        ]) as Item,
      },
    },
  ],
  ["REMOVE s, zz", { s: undefined }],
  ["REMOVE l[0], l[2]", { l: { L: [{ N: "1" }] } }],
  ["REMOVE l[7]", { l: ITEM.l }],
  ["REMOVE l[0] SET l[1] = :s", { l: { L: [{ S: "s" }, { N: "2" }] } }],
  ["REMOVE m.k, m.gone", { m: { M: { l: { L: [{ M: { x: { N: "1" } } }] } } } }],
  ["ADD n :two", { n: { N: "3" } }],
  ["ADD zz :two", { zz: { N: "2" } }],
  ["ADD ss :c", { ss: { SS: ["a", "b", "c"] } }],
  ["ADD zz :a", { zz: { SS: ["a"] } }],
  ["DELETE ss :a", { ss: { SS: ["b"] } }],
  ["DELETE ss :ab", { ss: undefined }],
  ["DELETE zz :a", { zz: undefined }],
  [
    "set n = :two remove s add zz :one delete ss :a",
    { n: { N: "2" }, s: undefined, zz: { N: "1" }, ss: { SS: ["b"] } },
  ],
]

for (const [source, expected] of CASES) {
  test(source, () => {
    const changed = update(source)
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(JSON.stringify(changed[name]), JSON.stringify(value), name)
    }
  })
}

test("an update changes nothing but its own copy", () => {
  const before = JSON.stringify(ITEM)
  update("SET m.l[0].x = :two, m.z = m.l REMOVE l[0] ADD ss :c")
  assert.equal(JSON.stringify(ITEM), before)
})

const WRONG_TYPE = "An operand in the update expression has an incorrect data type"
const WRONG_PATH = "The document path provided in the update expression is invalid for update"
const MISSING = "The provided expression refers to an attribute that does not exist in the item"

const REFUSED: [source: string, message: string][] = [
  ["SET n = zz", MISSING],
  ["SET n = zz + :one", MISSING],
  ["SET n = s + :one", WRONG_TYPE],
  ["SET l = list_append(s, :l)", WRONG_TYPE],
  ["SET zz.a = :one", WRONG_PATH],
  ["SET s.a = :one", WRONG_PATH],
  ["SET m[0] = :one", WRONG_PATH],
  ["SET l.a = :one", WRONG_PATH],
  ["SET #constructor.a = :one", WRONG_PATH],
  ["REMOVE zz.a", WRONG_PATH],
  ["ADD s :one", WRONG_TYPE],
  ["ADD ss :ns", WRONG_TYPE],
  ["DELETE n :a", WRONG_TYPE],
  ["DELETE ss :ns", WRONG_TYPE],
  [
    "ADD n :s",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND",
  ],
  [
    "DELETE n :one",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND",
  ],
  [
    "SET n = n + :s",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S",
  ],
  [
    "SET l = list_append(l, :one)",
    "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: list_append, operand type: N",
  ],
  [
    "SET l = if_not_exists(:l, l)",
    "Invalid UpdateExpression: Operator or function requires a document path; operator or function: if_not_exists",
  ],
  [
    "SET a = :one, a.b = :two",
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]",
  ],
  [
    "SET a.b = :one REMOVE a",
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]",
  ],
  [
    "SET a = :one ADD a :two",
    "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
  ],
  [
    "SET a.b = :one, a[0] = :two",
    "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]",
  ],
]

for (const [source, message] of REFUSED) {
  test(`${source} is refused`, () => assert.throws(() => update(source), { code: "ValidationException", message }))
}
