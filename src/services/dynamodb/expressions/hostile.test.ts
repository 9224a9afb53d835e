import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { WireError } from "../../../wire/errors.ts"
import type { Item } from "../values/attribute-value.ts"
import { thawItem } from "../values/thaw.ts"
import { bindCondition } from "./bind-condition.ts"
import { bindUpdate } from "./bind-update.ts"
import { type Bindings, bindPath } from "./bindings.ts"
import { holds } from "./evaluate.ts"
import { parseConditionExpression, parseProjectionExpression, parseUpdateExpression } from "./parse.ts"
import { projectItem } from "./project.ts"
import { applyUpdate } from "./update.ts"

const ITEM: Item = {
  a: { S: "a" },
  n: { N: "1" },
  l: { L: [{ N: "1" }, { M: { x: { SS: ["a"] } } }] },
  m: { M: { k: { B: "AQ==" } } },
}

const WORDS =
  "a n l m #p #c :s :n :l :set ( ) [ ] 0 1 9999999999 , . = <> < + - AND OR NOT BETWEEN IN SET REMOVE ADD DELETE"
const CALLS = "size( contains( begins_with( attribute_type( attribute_exists( if_not_exists( list_append( é \u0000"
const soup = fc
  .array(fc.constantFrom(...WORDS.split(" "), ...CALLS.split(" ")), { maxLength: 25 })
  .map((tokens) => tokens.join(" "))
/** Expressions that get further than the parser. */
const path = fc.constantFrom("a", "n", "l", "l[0]", "l[1].x", "m.k", "m", "zz", "#p", "m.#c")
const operand = fc.oneof(path, fc.constantFrom(":s", ":n", ":l", ":set", "size(l)", "size(a)"))
const condition = fc.oneof(
  fc.tuple(operand, fc.constantFrom("=", "<>", "<", ">="), operand).map((parts) => parts.join(" ")),
  fc
    .tuple(fc.constantFrom("contains", "begins_with", "attribute_type"), operand, operand)
    .map(([name, x, y]) => `NOT ${name}(${x}, ${y})`),
)
const action = fc.oneof(
  fc.tuple(path, operand, operand).map(([to, x, y]) => `SET ${to} = ${x} + ${y}`),
  fc.tuple(path, path, operand).map(([to, x, y]) => `SET ${to} = if_not_exists(${x}, ${y})`),
  fc.tuple(path, operand, operand).map(([to, x, y]) => `SET ${to} = list_append(${x}, ${y})`),
  fc.tuple(path, path).map(([x, y]) => `REMOVE ${x}, ${y}`),
  fc.tuple(fc.constantFrom("ADD", "DELETE"), path, fc.constantFrom(":n", ":set", ":s")).map((parts) => parts.join(" ")),
)

const bindings = (): Bindings => ({
  names: new Map([
    ["#p", "__proto__"],
    ["#c", "constructor"],
  ]),
  values: new Map(Object.entries({ ":s": { S: "s" }, ":n": { N: "1" }, ":l": { L: [] }, ":set": { SS: ["a"] } })),
  usedNames: new Set(),
  usedValues: new Set(),
  entered: new Set(),
})

/** Whatever is sent is carried out or refused: nothing else is thrown, and no prototype changes. */
function survives(run: () => unknown): void {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof WireError, String(error))
    assert.equal(error.code, "ValidationException")
  }
  assert.equal(({} as Record<string, unknown>).x, undefined)
}

test("any text is a condition or refused", () => {
  fc.assert(
    fc.property(fc.oneof(soup, condition, fc.string()), (source) => {
      survives(() => {
        const written = parseConditionExpression("ConditionExpression", source)
        holds(bindCondition(bindings(), "ConditionExpression", written), ITEM)
      })
    }),
    { numRuns: 3000 },
  )
})

test("any text is an update or refused", () => {
  fc.assert(
    fc.property(fc.oneof(soup, action, fc.string()), (source) => {
      survives(() => {
        const item = thawItem(ITEM)
        applyUpdate(bindUpdate(bindings(), parseUpdateExpression(source)), ITEM, item)
        assert.ok(JSON.stringify(item).length > 0)
        assert.equal(Object.getPrototypeOf(item), null)
      })
    }),
    { numRuns: 3000 },
  )
})

test("any text is a projection or refused", () => {
  fc.assert(
    fc.property(fc.oneof(soup, path), (source) => {
      survives(() => {
        const paths = parseProjectionExpression(source)
        projectItem(
          ITEM,
          paths.map((written) => bindPath(bindings(), "ProjectionExpression", written)),
        )
      })
    }),
  )
})
