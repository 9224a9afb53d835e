import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { LogEvent } from "../../../../peers.ts"
import { changeLanes, isDoneBefore, laneOf, withoutPast } from "./lanes.ts"
import { beginAt, type Progress } from "./progress.ts"

const event = (partitionKey: string): LogEvent => ({
  kinesis: {
    kinesisSchemaVersion: "1.0",
    partitionKey,
    sequenceNumber: "1",
    data: "",
    approximateArrivalTimestamp: 0,
  },
})

test("one key is in one lane, and keys are in all of them", () => {
  const lanes = new Set(Array.from({ length: 200 }, (_, i) => laneOf(event(`k${i}`), 10)))
  assert.equal(lanes.size, 10)
  assert.equal(laneOf(event("a"), 10), laneOf(event("a"), 10))
  assert.equal(laneOf(event("a"), 1), 0)
})

test("however often the lanes change, each record is done once", () => {
  const keys = Array.from({ length: 12 }, (_, i) => `key-${i}`)
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(20), { minLength: 5, maxLength: 5 })), {
        minLength: 1,
        maxLength: 5,
      }),
      (log, changes) => {
        const done = log.map(() => 0)
        let lanes: Progress[] = [beginAt(0)]
        const run = (number: number, steps: number) => {
          for (let step = 0; step < steps; step++) {
            const progress = lanes[number]!
            const { position } = progress
            if (position >= log.length) return
            const one = event(log[position]!)
            if (laneOf(one, lanes.length) === number && !isDoneBefore(progress.before ?? [], one, position))
              done[position]!++
            lanes[number] = withoutPast({ ...progress, position: position + 1 })
          }
        }
        for (const [count, steps] of changes) {
          for (const number of lanes.keys()) run(number, steps[number]!)
          lanes = Array.from({ length: count }, () => changeLanes(lanes))
        }
        for (const number of lanes.keys()) run(number, log.length)
        assert.deepEqual(
          done,
          log.map(() => 1),
        )
      },
    ),
  )
})
