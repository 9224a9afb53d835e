import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compileSchema, type Json, SchemaError } from "./index.ts"

const OTHER: Json = { type: "object", required: ["id"], properties: { id: { type: "integer" }, next: { $ref: "#" } } }
const find = (uri: string) => (uri === "https://models/Other" ? OTHER : undefined)

/** Schema, what is right, what is wrong with its first fault. */
const CASES: readonly (readonly [schema: Json, right: readonly Json[], wrong: readonly (readonly [Json, string])[]])[] =
  [
    [{}, [1, null, "x"], []],
    [
      { type: "string" },
      ["x"],
      [[1, 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])']],
    ],
    [
      { type: ["integer", "null"] },
      [1, 1.0, null],
      [[1.5, 'instance type (number) does not match any allowed primitive type (allowed: ["integer", "null"])']],
    ],
    [
      { type: "number" },
      [1, 1.5],
      [["1", 'instance type (string) does not match any allowed primitive type (allowed: ["number"])']],
    ],
    [
      { enum: ["a", { b: [1], c: 2 }] },
      ["a", { c: 2, b: [1] }],
      [["x", 'instance value ("x") not found in enum (possible values: ["a",{"b":[1],"c":2}])']],
    ],
    [
      { minimum: 1, maximum: 3 },
      [1, 3, "x"],
      [
        [0, "numeric instance is lower than the required minimum (minimum: 1, found: 0)"],
        [4, "numeric instance is greater than the required maximum (maximum: 3, found: 4)"],
      ],
    ],
    [
      { minimum: 1, exclusiveMinimum: true },
      [2],
      [[1, "numeric instance is not strictly greater than the required minimum 1"]],
    ],
    [{ multipleOf: 0.1 }, [0.3, 7], [[0.35, "remainder of division is not zero (0.35 / 0.1)"]]],
    [
      { minLength: 2, maxLength: 3 },
      ["ab", "😀😀😀", 5],
      [
        ["a", 'string "a" is too short (length: 1, required minimum: 2)'],
        ["abcd", 'string "abcd" is too long (length: 4, maximum allowed: 3)'],
      ],
    ],
    [{ pattern: "^a+$" }, ["aa", 1], [["b", 'ECMA 262 regex "^a+$" does not match input string "b"']]],
    [
      { minItems: 1, maxItems: 2, uniqueItems: true },
      [[1], [1, 2], {}],
      [
        [[], "array is too short: must have at least 1 elements but instance has 0 elements"],
        [[1, 2, 3], "array is too long: must have at most 2 elements but instance has 3 elements"],
        [
          [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
          "array must not contain duplicate elements",
        ],
      ],
    ],
    [
      { items: { type: "integer" } },
      [[1, 2]],
      [[[1, "x"], 'instance type (string) does not match any allowed primitive type (allowed: ["integer"])']],
    ],
    [
      { items: [{ type: "integer" }], additionalItems: false },
      [[1], []],
      [[[1, 2], "array contains elements beyond 1, and no others are allowed"]],
    ],
    [
      { items: [{}], additionalItems: { type: "string" } },
      [[1, "x"]],
      [[[1, 2], 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])']],
    ],
    [
      { required: ["b", "a"], minProperties: 2, maxProperties: 2 },
      [{ a: 1, b: 2 }, 7],
      [
        [{ c: 1, d: 2 }, 'object has missing required properties (["a","b"])'],
        [{ a: 1, b: 2, c: 3 }, "object has too many properties (found 3 but schema requires at most 2)"],
      ],
    ],
    [
      {
        properties: { a: { type: "string" } },
        patternProperties: { "^x": { type: "integer" } },
        additionalProperties: false,
      },
      [{ a: "s", x1: 1 }, {}],
      [
        [{ a: 1 }, 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])'],
        [{ x1: "s" }, 'instance type (string) does not match any allowed primitive type (allowed: ["integer"])'],
        [{ z: 1, y: 1 }, 'object instance has properties which are not allowed by the schema: ["y","z"]'],
      ],
    ],
    [
      { properties: { ["__proto__"]: { type: "string" } } },
      [JSON.parse('{"__proto__":"x"}'), {}],
      [
        [
          JSON.parse('{"__proto__":1}'),
          'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
        ],
      ],
    ],
    [
      { additionalProperties: { type: "integer" } },
      [{ a: 1 }],
      [[{ a: "x" }, 'instance type (string) does not match any allowed primitive type (allowed: ["integer"])']],
    ],
    [
      { dependencies: { a: ["b"], c: { required: ["d"] } } },
      [{ a: 1, b: 1 }, { b: 1 }],
      [
        [{ a: 1 }, 'object has missing required properties (["b"])'],
        [{ c: 1 }, 'object has missing required properties (["d"])'],
      ],
    ],
    [
      { allOf: [{ minimum: 1 }, { maximum: 2 }] },
      [1],
      [[3, "numeric instance is greater than the required maximum (maximum: 2, found: 3)"]],
    ],
    [
      { anyOf: [{ type: "string" }, { minimum: 5 }] },
      ["x", 6],
      [[1, "instance failed to match at least one required schema among 2"]],
    ],
    [
      { oneOf: [{ type: "integer" }, { minimum: 5 }] },
      [1, 5.5],
      [
        [6, "instance failed to match exactly one schema (matched 2 out of 2)"],
        [4.5, "instance failed to match exactly one schema (matched none out of 2)"],
      ],
    ],
    [{ not: { type: "string" } }, [1], [["x", "instance matched a schema which it should not have"]]],
    [
      { $ref: "#/definitions/a~1b", definitions: { "a/b": { type: "null" } } },
      [null],
      [[1, 'instance type (integer) does not match any allowed primitive type (allowed: ["null"])']],
    ],
    [
      { properties: { other: { $ref: "https://models/Other" } } },
      [{ other: { id: 1, next: { id: 2 } } }],
      [[{ other: { id: 1, next: {} } }, 'object has missing required properties (["id"])']],
    ],
    [{ $schema: "http://json-schema.org/draft-04/schema#", title: "t", format: "date", unknown: 1 }, ["no date"], []],
  ]

for (const [schema, right, wrong] of CASES)
  test(JSON.stringify(schema).slice(0, 80), () => {
    const validate = compileSchema(schema, find)
    for (const value of right) assert.deepEqual(validate(value), [], JSON.stringify(value))
    for (const [value, fault] of wrong) assert.equal(validate(value)[0], fault, JSON.stringify(value))
  })

test("all that is wrong is told", () => {
  const validate = compileSchema({ required: ["a"], properties: { b: { type: "string" } } })
  assert.equal(validate({ b: 1 }).length, 2)
})

for (const schema of [
  1,
  { type: "text" },
  { minimum: "1" },
  { $ref: "#/gone" },
  { $ref: "other" },
  { $ref: 1 },
  { pattern: "(" },
  { pattern: "(?=a)" },
  { items: 1 },
  { properties: [] },
  { anyOf: [] },
] as Json[])
  test(`${JSON.stringify(schema)} is no schema`, () => assert.throws(() => compileSchema(schema, find), SchemaError))

test("what asks again and again is stopped", () => {
  const definitions: Record<string, Json> = { d40: { type: "string" } }
  for (let i = 0; i < 40; i++) definitions[`d${i}`] = { anyOf: [1, 2].map(() => ({ $ref: `#/definitions/d${i + 1}` })) }
  assert.deepEqual(compileSchema({ definitions, $ref: "#/definitions/d0" })(1), [
    "the instance takes too long to validate",
  ])
  assert.deepEqual(compileSchema({ $ref: "#" })(1), ["the instance takes too long to validate"])
})

test("a value may be deep, and a schema large", () => {
  const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as Json
  assert.deepEqual(compileSchema({ items: { $ref: "#" } })(deep), ["the instance takes too long to validate"])
  const properties = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`p${i}`, { type: "string" }]))
  assert.deepEqual(compileSchema({ properties })({ p7: "x" }), [])
  assert.throws(() => compileSchema({ allOf: Array.from({ length: 30_000 }, () => ({})) }), SchemaError)
})

describe("what a value takes is bounded by its schema's steps", () => {
  const TOO_LONG = "the instance takes too long to validate"
  const long = "a".repeat(9_000_000)
  const many = (length: number, item: Json): Json[] => Array.from({ length }, () => item)
  const names = Array.from({ length: 400_000 }, (_, i) => [`k${i}`, 1] as const)
  const cases: Record<string, { schema: Json; value: Json }> = {
    "one text held against many patterns": { schema: { allOf: many(50, { pattern: "b$" }) }, value: long },
    "many names held against patterns": {
      schema: { patternProperties: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`x${i}$`, {}])) },
      value: Object.fromEntries(names),
    },
    "many values of which each has many properties": {
      schema: { items: { properties: Object.fromEntries(names.slice(0, 9_000).map(([name]) => [name, {}])) } },
      value: many(100_000, {}),
    },
    "many values of which each wants many properties": {
      schema: { items: { not: { required: names.slice(0, 9_000).map(([name]) => name) } } },
      value: many(100_000, {}),
    },
    "what is compared within what is compared": { schema: { uniqueItems: true, items: {} }, value: [many(600_000, 1)] },
    "a value that is compared with many": {
      schema: { allOf: many(1_000, { not: { enum: [[1]] } }) },
      value: many(1_000, 2),
    },
  }
  for (const [what, { schema, value }] of Object.entries(cases))
    test(what, () => assert.ok(compileSchema(schema)(value).includes(TOO_LONG)))

  test("texts are compared with others of an enum, however many there are", () => {
    assert.deepEqual(compileSchema({ allOf: many(5_000, { not: { enum: ["x", 1, null] } }) })(long), [])
    assert.equal(compileSchema({ enum: ["1", null, [1, { b: 1, a: 2 }]] })([1, { a: 2, b: 1 }]).length, 0)
    for (const value of [1, "null", [1], {}]) assert.equal(compileSchema({ enum: ["1", null] })(value).length, 1)
    assert.deepEqual(compileSchema({ enum: ["1", null] })(null), [])
  })

  test("of what is long no more is told than its beginning", () => {
    const told = (schema: Json, value: Json) => compileSchema(schema)(value)[0]!
    assert.equal(
      told({ maxLength: 3 }, long),
      `string "${"a".repeat(499)}... is too long (length: 9000000, maximum allowed: 3)`,
    )
    assert.match(told({ enum: [1] }, many(300_000, { a: "b" })), /^instance value \(\[\{"a":"b"\},.{480,500}\.\.\.\)/)
    assert.match(told({ additionalProperties: false }, Object.fromEntries(names)), /\["k0","k1","k10".{450,500}\.\.\.$/)
  })

  test("halves of characters that belong together are one", () => {
    assert.deepEqual(compileSchema({ maxLength: 2, minLength: 2 })("\u{1f600}a"), [])
    assert.equal(compileSchema({ maxLength: 1 })("\ud83d\ud83d").length, 1)
  })
})
