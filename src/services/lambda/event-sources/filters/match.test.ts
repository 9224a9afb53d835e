import assert from "node:assert/strict"
import { test } from "node:test"
import { matches } from "./match.ts"
import { parsePattern } from "./pattern.ts"

const EVENT = {
  city: "Seattle",
  temperature: 55,
  price: 10.5,
  isOpen: true,
  nothing: null,
  empty: "",
  tags: ["red", "Green", 7],
  source: "10.0.0.24",
  file: "reports/2026/January.PNG",
  place: { country: "US", zip: { code: "98101" } },
  items: [
    { kind: "a", count: 1 },
    { kind: "b", count: 2 },
  ],
  nested: [["deep", ["deeper"]]],
  none: [],
}

const HOLDS: readonly object[] = [
  {},
  { city: ["Seattle"] },
  { city: ["Portland", "Seattle"] },
  { temperature: [55] },
  { isOpen: [true] },
  { nothing: [null] },
  { empty: [""] },
  { tags: ["red"] },
  { tags: [7] },
  { nested: ["deeper"] },
  { city: [{ prefix: "Sea" }] },
  { city: [{ prefix: { "equals-ignore-case": "sEA" } }] },
  { file: [{ suffix: ".PNG" }] },
  { file: [{ suffix: { "equals-ignore-case": ".png" } }] },
  { city: [{ "equals-ignore-case": "SEATTLE" }] },
  { file: [{ wildcard: "reports/*/*.PNG" }] },
  { file: [{ wildcard: "*" }] },
  { city: [{ wildcard: "S*e" }] },
  { temperature: [{ numeric: ["=", 55] }] },
  { temperature: [{ numeric: [">=", 50, "<", 56] }] },
  { price: [{ numeric: [">", 10] }] },
  { source: [{ cidr: "10.0.0.0/24" }] },
  { city: [{ "anything-but": "Portland" }] },
  { city: [{ "anything-but": ["Portland", 5] }] },
  { city: [{ "anything-but": { prefix: "Port" } }] },
  { city: [{ "anything-but": { suffix: ["x", "y"] } }] },
  { city: [{ "anything-but": { wildcard: "P*" } }] },
  { city: [{ "anything-but": { "equals-ignore-case": ["portland"] } }] },
  { temperature: [{ "anything-but": 54 }] },
  { city: [{ exists: true }] },
  { nothing: [{ exists: true }] },
  { missing: [{ exists: false }] },
  { missing: { below: [{ exists: false }] } },
  { place: { country: ["US"], zip: { code: [{ prefix: "98" }] } } },
  { items: { kind: ["b"], count: [2] } },
  { $or: [{ city: ["Portland"] }, { temperature: [{ numeric: [">", 54] }] }] },
  { place: { $or: [{ country: ["CA"] }, { zip: { code: ["98101"] } }] } },
]

const DOES_NOT: readonly object[] = [
  { city: ["seattle"] },
  { city: ["Seattle"], temperature: [54] },
  { temperature: ["55"] },
  { nothing: [""] },
  { missing: [null] },
  { missing: ["x"] },
  { tags: ["green"] },
  { place: ["US"] },
  { city: { name: ["Seattle"] } },
  { city: [{ prefix: "eattle" }] },
  { temperature: [{ prefix: "5" }] },
  { file: [{ suffix: ".png" }] },
  { file: [{ wildcard: "reports/*.png" }] },
  { city: [{ wildcard: "Se*ea*e" }] },
  { city: [{ wildcard: "Seattl" }] },
  { temperature: [{ numeric: [">", 55] }] },
  { city: [{ numeric: ["=", 55] }] },
  { source: [{ cidr: "10.0.1.0/24" }] },
  { city: [{ cidr: "10.0.0.0/24" }] },
  { source: [{ cidr: "2001:db8::/32" }] },
  { city: [{ "anything-but": ["Seattle"] }] },
  { city: [{ "anything-but": { prefix: "Sea" } }] },
  { missing: [{ "anything-but": "x" }] },
  { missing: [{ exists: true }] },
  { city: [{ exists: false }] },
  { place: [{ exists: true }] },
  { none: [{ exists: true }] },
  // One and the same element has to have both.
  { items: { kind: ["b"], count: [1] } },
  { $or: [{ city: ["Portland"] }, { temperature: [54] }] },
]

test("patterns hold for what they describe, and for nothing else", () => {
  const tell = (pattern: object) => matches(parsePattern(JSON.stringify(pattern))!, EVENT)
  for (const pattern of HOLDS) assert.equal(tell(pattern), true, JSON.stringify(pattern))
  for (const pattern of DOES_NOT) assert.equal(tell(pattern), false, JSON.stringify(pattern))
})

test("stars that are escaped are stars", () => {
  const told = (wildcard: string, value: string) =>
    matches(parsePattern(JSON.stringify({ a: [{ wildcard }] }))!, { a: value })
  assert.equal(told("a\\*b", "a*b"), true)
  assert.equal(told("a\\*b", "axb"), false)
  assert.equal(told("a\\\\*", "a\\b"), true)
})

test("names that every object has are none of the event's", () => {
  assert.equal(matches({ constructor: [{ exists: true }] }, {}), false)
  assert.equal(matches({ __proto__: [{ exists: false }] }, {}), true)
})

test("what nests ever so deep is looked through like anything else", () => {
  const text = `{"a":${"[".repeat(100_000)}"x"${"]".repeat(100_000)}}`
  const event = JSON.parse(text) as Record<string, unknown>
  assert.equal(matches({ a: ["x"] }, event), true)
  assert.equal(matches({ a: { b: ["x"] } }, event), false)
})
