import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { AttributeValue, Item } from "./attribute-value.ts"
import { isSameItem } from "./same.ts"
import { thawItem } from "./thaw.ts"

const SAME: [string, AttributeValue, AttributeValue][] = [
  ["sets in another order", { SS: ["a", "b"] }, { SS: ["b", "a"] }],
  ["numbers of a set", { NS: ["1", "2"] }, { NS: ["2", "1"] }],
  ["bytes of a set", { BS: ["YQ==", "Yg=="] }, { BS: ["Yg==", "YQ=="] }],
  ["maps in another order", { M: { a: { S: "1" }, b: { S: "2" } } }, { M: { b: { S: "2" }, a: { S: "1" } } }],
  ["nulls", { NULL: true }, { NULL: true }],
]

const OTHER: [string, AttributeValue, AttributeValue][] = [
  ["another text", { S: "a" }, { S: "b" }],
  ["another type of the same text", { S: "1" }, { N: "1" }],
  ["a text and bytes", { S: "YQ==" }, { B: "YQ==" }],
  ["a list in another order", { L: [{ S: "a" }, { S: "b" }] }, { L: [{ S: "b" }, { S: "a" }] }],
  ["a longer list", { L: [{ S: "a" }] }, { L: [{ S: "a" }, { S: "b" }] }],
  ["a set with another member", { SS: ["a", "b"] }, { SS: ["a", "c"] }],
  ["sets of two types", { SS: ["1"] }, { NS: ["1"] }],
  ["a map with another member", { M: { a: { S: "1" } } }, { M: { b: { S: "1" } } }],
  ["a member that objects have", { M: { toString: { S: "1" } } }, { M: { a: { S: "1" } } }],
  ["false and true", { BOOL: false }, { BOOL: true }],
  ["false and null", { BOOL: false }, { NULL: true }],
]

for (const [what, a, b] of SAME)
  test(`the same: ${what}`, () => assert.ok(isSameItem({ a, k: { S: "k" } }, { k: { S: "k" }, a: b })))

for (const [what, a, b] of OTHER)
  test(`not the same: ${what}`, () => {
    assert.ok(!isSameItem({ a }, { a: b }))
    assert.ok(!isSameItem({ a: b }, { a }))
  })

test("more attributes", () => {
  assert.ok(!isSameItem({ a: { S: "1" } }, { a: { S: "1" }, b: { S: "1" } }))
  assert.ok(!isSameItem({ a: { S: "1" }, b: { S: "1" } }, { a: { S: "1" } }))
})

const value = fc.letrec<{ value: AttributeValue; item: Item }>((tie) => ({
  item: fc.dictionary(fc.string({ maxLength: 3 }), tie("value"), { maxKeys: 3, noNullPrototype: false }),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ S: fc.string() }),
    fc.record({ BOOL: fc.boolean() }),
    fc.record({ SS: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 }) }),
    fc.record({ L: fc.array(tie("value"), { maxLength: 3 }) }),
    fc.record({ M: tie("item") }),
  ),
}))

test("an item and its copy, and what JSON makes of it", () => {
  fc.assert(
    fc.property(
      value.item,
      (item) => isSameItem(item, thawItem(item)) && isSameItem(thawItem(item), JSON.parse(JSON.stringify(item))),
    ),
  )
})
