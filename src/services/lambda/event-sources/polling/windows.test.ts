import assert from "node:assert/strict"
import { test } from "node:test"
import { beginAt, type Progress } from "./progress.ts"
import { closing, nextWindow, windowFor, windowStart } from "./windows.ts"

const MINUTE = 60_000
const open = (start: number): Progress => ({ ...beginAt(0), window: { start, state: '{"n":1}' } })
const at = (now: number, nextRecordAt?: number, stop: "full" | "end" | "over" = "end") => ({ now, nextRecordAt, stop })

test("windows stand one behind the other", () => {
  assert.equal(windowStart(59_999, 60), 0)
  assert.equal(windowStart(60_000, 60), MINUTE)
  assert.deepEqual(windowFor(beginAt(0), 61_000, 60), { start: MINUTE, state: "{}" })
  assert.deepEqual(windowFor(open(MINUTE), 61_000, 60), { start: MINUTE, state: '{"n":1}' })
  // A record whose writer's clock is behind goes to the window that is open.
  assert.deepEqual(windowFor(open(MINUTE), 59_000, 60), { start: MINUTE, state: '{"n":1}' })
})

test("a window is over when its time is, or when a record of a later one comes", () => {
  assert.equal(closing(open(0), 60, at(59_999)), undefined)
  assert.equal(closing(open(0), 60, at(MINUTE)), "final")
  assert.equal(closing(open(0), 60, at(59_999, undefined, "over")), "final")
  assert.equal(closing(open(0), 60, at(2 * MINUTE, 59_000)), undefined)
  assert.equal(closing(open(0), 60, at(2 * MINUTE, MINUTE)), "final")
  // There may be more of it behind what was passed over.
  assert.equal(closing(open(0), 60, at(2 * MINUTE, undefined, "full")), undefined)
  assert.equal(closing(beginAt(0), 60, at(2 * MINUTE)), undefined)
})

test("a state that is too large ends its window early", () => {
  const window = nextWindow({ start: 0, state: "{}" }, JSON.stringify("x".repeat(1024 * 1024)))
  assert.equal(window.isCutShort, true)
  assert.equal(closing({ ...beginAt(0), window }, 60, at(0)), "cut short")
  assert.equal(nextWindow({ start: 0, state: "{}" }, "{}").isCutShort, undefined)
})
