import assert from "node:assert/strict"
import { test } from "node:test"
import type { AttributeValue as WireAttributeValue } from "@aws-sdk/client-dynamodb"
import { parseItem, parseValue } from "./parse.ts"
import { sizeOfItem, sizeOfValue } from "./size.ts"

const bytes = (...values: number[]) => Uint8Array.from(values)
const EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"

const REFUSED: [name: string, given: unknown, message: string][] = [
  ["nothing", {}, EMPTY],
  ["an unknown type", { X: "a" }, EMPTY],
  ["an undefined member", { S: undefined }, EMPTY],
  [
    "two types",
    { S: "a", N: "1" },
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  ],
  [
    "NULL that is false",
    { NULL: false },
    "One or more parameter values were invalid: Null attribute value types must have the value of true",
  ],
  ["an empty SS", { SS: [] }, "One or more parameter values were invalid: An string set  may not be empty"],
  ["an empty NS", { NS: [] }, "One or more parameter values were invalid: An number set  may not be empty"],
  ["an empty BS", { BS: [] }, "One or more parameter values were invalid: Binary sets should not be empty"],
  [
    "SS with the empty string twice",
    { SS: ["", ""] },
    "One or more parameter values were invalid: Input collection [, ] contains duplicates.",
  ],
  [
    "SS with duplicates",
    { SS: ["a", "b", "a"] },
    "One or more parameter values were invalid: Input collection [a, b, a] contains duplicates.",
  ],
  ["NS with duplicates", { NS: ["1", "1.0"] }, "Input collection contains duplicates"],
  [
    "BS with duplicates",
    { BS: [bytes(1), bytes(1)] },
    "One or more parameter values were invalid: Input collection [AQ==, AQ==]of type BS contains duplicates.",
  ],
  ["a number that is none", { N: "x" }, "The parameter cannot be converted to a numeric value: x"],
  ["a bad value within", { L: [{ M: { a: {} } }] }, EMPTY],
  [
    "two types, one a number that is none",
    { S: "a", N: "x" },
    "The parameter cannot be converted to a numeric value: x",
  ],
  [
    "two types, one a set of numbers with one that is none",
    { NS: ["1", "x"], BOOL: true },
    "The parameter cannot be converted to a numeric value: x",
  ],
  ["an attribute without a name within", { L: [{ M: { "": { S: "a" } } }] }, "Empty attribute name"],
  [
    "a name of 64 KB",
    { M: { ["é".repeat(32_768)]: { S: "a" } } },
    "Attribute name is too large, must be less than 65536 bytes",
  ],
]

for (const [name, given, message] of REFUSED) {
  test(`refuses ${name}`, () => {
    assert.throws(() => parseValue(given as WireAttributeValue), { code: "ValidationException", message })
  })
}

test("31 lists and maps may stand round a value, and no more", () => {
  for (const wrap of [(inner: object) => ({ L: [inner] }), (inner: object) => ({ M: { a: inner } })]) {
    const nested = (levels: number): object => (levels === 0 ? { S: "" } : wrap(nested(levels - 1)))
    parseItem({ a: nested(31) as WireAttributeValue })
    assert.throws(() => parseItem({ a: nested(32) as WireAttributeValue }), {
      message:
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    })
  }
})

test("a name may have 65,535 bytes; sets may hold what is empty", () => {
  parseItem({ ["a".repeat(65_535)]: { SS: ["", "a"] }, b: { BS: [bytes(), bytes(1)] } })
})

test("an item is kept as it was sent, its numbers tidied", () => {
  const wire: Record<string, WireAttributeValue> = Object.create(null)
  Object.assign(wire, {
    s: { S: "" },
    n: { N: "1.50" },
    b: { B: bytes(0, 255) },
    t: { BOOL: false },
    u: { NULL: true },
    ss: { SS: ["b", "a"] },
    ns: { NS: ["2.0", "1"] },
    bs: { BS: [bytes(2), bytes(1)] },
    l: { L: [{ B: bytes(3) }, { N: "0.0" }] },
    constructor: { M: { toString: { S: "x" } } },
  })
  Object.defineProperty(wire, "__proto__", { value: { S: "kept" }, enumerable: true })
  const item = parseItem(wire)
  assert.equal(Object.getPrototypeOf(item), null)
  assert.equal(
    JSON.stringify(item),
    '{"s":{"S":""},"n":{"N":"1.5"},"b":{"B":"AP8="},"t":{"BOOL":false},"u":{"NULL":true},"ss":{"SS":["b","a"]},' +
      '"ns":{"NS":["2","1"]},"bs":{"BS":["Ag==","AQ=="]},"l":{"L":[{"B":"Aw=="},{"N":"0"}]},' +
      '"constructor":{"M":{"toString":{"S":"x"}}},"__proto__":{"S":"kept"}}',
  )
})

const SIZES: [value: Parameters<typeof sizeOfValue>[0], bytes: number][] = [
  [{ S: "" }, 0],
  [{ S: "aé€" }, 6],
  [{ N: "0" }, 1],
  [{ N: "1" }, 2],
  [{ N: "-123.45" }, 5],
  [{ N: "100" }, 2],
  [{ N: "100.5" }, 4],
  [{ N: "10.05" }, 3],
  [{ N: "0.0012" }, 2],
  [{ N: "-0.5" }, 3],
  [{ N: "-100" }, 3],
  [{ SS: ["", "a"] }, 1],
  [{ B: "AAEC" }, 3],
  [{ BOOL: true }, 1],
  [{ NULL: true }, 1],
  [{ SS: ["a", "bc"] }, 3],
  [{ L: [] }, 3],
  [{ L: [{ S: "a" }] }, 5],
  [{ M: {} }, 3],
  [{ M: { ab: { S: "c" } } }, 7],
]

test("sizes are counted as DynamoDB counts them", () => {
  for (const [value, expected] of SIZES) assert.equal(sizeOfValue(value), expected, JSON.stringify(value))
  assert.equal(sizeOfItem({ ab: { S: "cd" }, e: { BOOL: true } }), 6)
})
