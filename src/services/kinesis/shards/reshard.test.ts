import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { before, evenRanges, formatHashKey, LAST_HASH_KEY } from "./hash-keys.ts"
import type { Shard } from "./record.ts"
import { nextStep } from "./reshard.ts"

/** Shards between these borders, in their order, as splits may have left them. */
const shardsAt = (borders: readonly string[]): Shard[] =>
  borders.map((first, number) => {
    const next = borders[number + 1]
    return { number, createdAt: 0, first, last: next === undefined ? LAST_HASH_KEY : before(next) }
  })

const borders = fc
  .uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 128n - 1n }), { maxLength: 30 })
  .map((values) => [0n, ...values].sort((a, b) => (a < b ? -1 : 1)).map(formatHashKey))

test("any shards come to any number of equal ones, by steps that leave the space covered", () => {
  fc.assert(
    fc.property(borders, fc.integer({ min: 1, max: 40 }), (from, count) => {
      let shards = shardsAt(from)
      const aim = evenRanges(count)
      for (let steps = 0; ; steps++) {
        assert.ok(steps <= from.length + 2 * count, "it goes on for ever")
        const step = nextStep(shards, count)
        if (!step) break
        const gone = step.is === "split" ? [step.shard] : [...step.shards]
        const made: Pick<Shard, "first" | "last">[] =
          step.is === "split"
            ? [
                { first: step.shard.first, last: before(step.at) },
                { first: step.at, last: step.shard.last },
              ]
            : [{ first: step.shards[0].first, last: step.shards[1].last }]
        if (step.is === "split") assert.ok(step.shard.first < step.at && step.at <= step.shard.last)
        const left = shards.filter((shard) => !gone.includes(shard))
        shards = [...left, ...made.map((range) => ({ number: 100 + steps, createdAt: 0, ...range }))]
        shards.sort((a, b) => (a.first < b.first ? -1 : 1))
        assert.deepEqual(
          shards.map(({ last }) => last),
          [...shards.slice(1).map(({ first }) => before(first)), LAST_HASH_KEY],
        )
      }
      assert.deepEqual(
        shards.map(({ first, last }) => ({ first, last })),
        aim,
      )
    }),
  )
})
