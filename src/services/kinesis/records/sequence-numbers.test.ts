import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { positionAt } from "../../../records/positions.ts"
import { formatSequenceNumber, isOfShard, parseSequenceNumber, startOf } from "./sequence-numbers.ts"

const BORN = Date.parse("2026-01-01T00:00:00Z")
const shards = fc.record({
  number: fc.nat(2 ** 31 - 1),
  // In 2055 they begin with 50.
  createdAt: fc.integer({ min: BORN, max: BORN + 9 * 10 ** 11 }),
})
/** Milliseconds behind the shard's creation, and one of the positions of that millisecond. */
const places = fc.tuple(fc.nat(10 ** 12), fc.nat(1023))

test("a sequence number has 56 digits, begins with 49, and says what it was made of", () => {
  fc.assert(
    fc.property(shards, places, (shard, [after, index]) => {
      const position = positionAt(shard.createdAt + after) + index
      const text = formatSequenceNumber(shard, position)
      assert.match(text, /^49\d{54}$/)
      const parsed = parseSequenceNumber(text)!
      assert.equal(parsed.position, position)
      assert.ok(isOfShard(parsed, shard))
      assert.equal(isOfShard(parsed, { ...shard, number: shard.number + 1 }), false)
      assert.equal(isOfShard(parsed, { ...shard, createdAt: shard.createdAt + 1000 }), false)
    }),
  )
})

test("sequence numbers of a shard are ordered as its records are, behind its start", () => {
  fc.assert(
    fc.property(shards, places, places, (shard, one, other) => {
      const positionOf = ([after, index]: readonly [number, number]) => positionAt(shard.createdAt + after) + index
      const [a, b] = [positionOf(one), positionOf(other)]
      const [first, second] = [a, b].map((position) => BigInt(formatSequenceNumber(shard, position)))
      assert.equal(first! < second!, a < b)
      assert.ok(BigInt(startOf(shard)) < first!)
    }),
  )
})

test("a later shard's numbers are greater than those that were before it", () => {
  fc.assert(
    fc.property(shards, fc.nat(10 ** 9), (shard, after) => {
      const child = { number: shard.number + 1, createdAt: shard.createdAt + 1000 + after }
      assert.ok(BigInt(startOf(child)) > BigInt(formatSequenceNumber(shard, positionAt(child.createdAt))))
    }),
  )
})

for (const text of ["0", "1", "9".repeat(56), `49${"0".repeat(54)}`, "9".repeat(129), "1".padEnd(56, "0")])
  test(`${text.slice(0, 20)} of ${text.length} digits is none`, () =>
    assert.equal(parseSequenceNumber(text), undefined))

test("any number is read without a fault", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 129n - 1n }), (n) => void parseSequenceNumber(n.toString())))
})
