import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { AttributeValue } from "./attribute-value.ts"
import { compareValues } from "./compare.ts"
import { afterPrefix, encodeKey, encodePartition, encodePrefix } from "./key-bytes.ts"

const text = fc.string({ unit: "binary" }).map((S): AttributeValue => ({ S }))
const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.integer({ min: -80, max: 80 }))
  .map(([digits, exponent]): AttributeValue => ({ N: `${digits}e${exponent}` }))
const binary = fc.uint8Array().map((bytes): AttributeValue => ({ B: Buffer.from(bytes).toString("base64") }))

for (const [type, values] of Object.entries({ S: text, N: number, B: binary })) {
  test(`${type} keys sort as their values do`, () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const order = Buffer.compare(encodeKey([a], true), encodeKey([b], true))
        assert.equal(order, Math.sign(compareValues(a, b)!))
      }),
    )
  })
}

test("keys of several attributes sort by the first that differs", () => {
  const tuple = fc.tuple(text, number, binary)
  fc.assert(
    fc.property(tuple, tuple, (a, b) => {
      const expected = a.map((value, i) => Math.sign(compareValues(value, b[i]!)!)).find((order) => order !== 0) ?? 0
      assert.equal(Buffer.compare(encodeKey(a, true), encodeKey(b, true)), expected)
    }),
  )
})

test("a prefix covers what begins with it and nothing else", () => {
  const few = fc.string({ unit: fc.constantFrom("a", "\u0000", "\u0001", "\u00ff", "\uffff") })
  fc.assert(
    fc.property(few, few, fc.boolean(), (S, start, isLast) => {
      const key = isLast ? encodeKey([{ S }], true) : encodeKey([{ S }, { N: "1" }], true)
      const from = encodePrefix([], { S: start }, isLast)
      const to = afterPrefix(from)
      const isWithin = Buffer.compare(key, from) >= 0 && (!to || Buffer.compare(key, to) < 0)
      assert.equal(isWithin, S.startsWith(start))
    }),
  )
})

test("the least and the greatest numbers have their places", () => {
  const ordered = ["-1e125", "-1", "-1e-130", "0", "1e-130", "1", "1e125"].map((N) => encodeKey([{ N }], true))
  for (let i = 1; i < ordered.length; i++) assert.ok(Buffer.compare(ordered[i - 1]!, ordered[i]!) < 0)
})

test("there is nothing after a prefix of the greatest bytes", () => {
  assert.equal(afterPrefix(Buffer.from([255, 255])), undefined)
  assert.equal(afterPrefix(Buffer.alloc(0)), undefined)
  assert.deepEqual(afterPrefix(Buffer.from([1, 255])), Buffer.from([2]))
})

test("partitions spread over the hashes, and equal ones have one", () => {
  const quarters = [0, 0, 0, 0]
  for (let i = 0; i < 400; i++) quarters[encodePartition([{ S: `user-${i}` }])[0]! >> 6]!++
  for (const count of quarters) assert.ok(count > 60, `${quarters}`)
  assert.deepEqual(encodePartition([{ N: "1.0" }]), encodePartition([{ N: "1" }]))
})
