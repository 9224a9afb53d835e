import assert from "node:assert/strict"
import { test } from "node:test"
import { Base64Bytes } from "./base64.ts"
import type { JsonPlan } from "./json-plan.ts"
import { readJsonObject } from "./json-read.ts"

const ANY: JsonPlan = { kind: "any" }
const BLOB: JsonPlan = { kind: "blob" }
const of = (members: Record<string, JsonPlan>): JsonPlan => ({
  kind: "structure",
  members: new Map(Object.entries(members).map(([name, plan]) => [name, () => plan])),
})
const PLAN = of({
  Name: ANY,
  Blob: BLOB,
  Code: of({ Blob: BLOB, Key: ANY }),
  List: { kind: "elements", element: () => BLOB },
})

const read = (json: string) =>
  readJsonObject(Buffer.from(json), () => PLAN, { bytes: 1e9, parts: 100 }) as Record<string, unknown>
const LARGE = "QUFB".repeat(20_000)
const large = { is: "large", text: LARGE }
/** Bytes that were not parsed as what they hold. */
const shown = (value: unknown): unknown => {
  if (value instanceof Base64Bytes) return { is: "large", text: Buffer.from(value.bytes).toString("latin1") }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shown(held)]))
}

for (const [what, json, expected] of [
  ["at the top", `{"Name":"n","Blob":"${LARGE}","Code":{"Key":"k"}}`, { Name: "n", Blob: large, Code: { Key: "k" } }],
  [
    "within",
    ` { "Code" : { "Key":"k", "Blob" : "${LARGE}" } , "Name":"n"}`,
    { Code: { Key: "k", Blob: large }, Name: "n" },
  ],
  ["two of them", `{"Blob":"${LARGE}","Code":{"Blob":"${LARGE}"}}`, { Blob: large, Code: { Blob: large } }],
  ["sent twice, small at last", `{"Blob":"${LARGE}","Blob":"AA=="}`, { Blob: "AA==" }],
  ["within what was sent twice", `{"Code":{"Blob":"${LARGE}"},"Code":{"Key":"k"}}`, { Code: { Key: "k" } }],
  ["within what is null at last", `{"Code":{"Blob":"${LARGE}"},"Code":null}`, { Code: null }],
  ["with an escape", `{"Blob":"\\u0051${LARGE}"}`, { Blob: `Q${LARGE}` }],
  ["in a list", `{"List":["${LARGE}"]}`, { List: [LARGE] }],
  ["where no blob belongs", `{"Name":"${LARGE}"}`, { Name: LARGE }],
  ["of an unknown member", `{"Else":{"Blob":"${LARGE}"}}`, { Else: { Blob: LARGE } }],
] as const)
  test(`a large blob ${what}`, () => assert.deepEqual(shown(read(json)), expected))

test("a large blob that does not end is no JSON", () =>
  assert.throws(() => read(`{"Blob":"${LARGE}`), { name: "WireError" }))
