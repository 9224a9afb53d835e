import assert from "node:assert/strict"
import { test } from "node:test"
import { type Attempt, advance, type RetrySettings } from "./advance.ts"
import { beginAt, type FailedRange, type Progress } from "./progress.ts"

const NOW = 1_000_000
const attempt = (positions: number[], outcome: Attempt["outcome"], end = positions.at(-1)! + 1): Attempt => ({
  positions,
  end,
  requestId: "r",
  executedVersion: "1",
  outcome,
})
const DONE = { is: "done" } as const
const failed = (from = 0, isReported = false) => ({ is: "failed", from, isReported }) as const
const range = (end: number, retries: number, invocations: number, isReported = false): FailedRange => ({
  ...{ end, retries, invocations, isReported },
  requestId: "r",
  executedVersion: "1",
})
const FOR_EVER: RetrySettings = { BisectBatchOnFunctionError: false, MaximumRetryAttempts: -1 }
const HALVES: RetrySettings = { BisectBatchOnFunctionError: true, MaximumRetryAttempts: 0 }

test("what is done lies behind", () => {
  const { progress, discarded } = advance(beginAt(0), attempt([3, 4, 7], DONE), FOR_EVER, NOW)
  assert.deepEqual(progress, { position: 8, failed: [] })
  assert.equal(discarded, undefined)
})

test("what failed is tried again after pauses that grow, and goes on when it is done", () => {
  let progress: Progress = beginAt(0)
  const pauses: number[] = []
  for (let tries = 1; tries <= 12; tries++) {
    progress = advance(progress, attempt([1, 2], failed()), FOR_EVER, NOW).progress
    assert.deepEqual(progress.failed, [range(3, tries, tries)])
    assert.equal(progress.position, 1)
    pauses.push(progress.waitUntil! - NOW)
  }
  assert.deepEqual(pauses.slice(0, 4), [250, 500, 1_000, 2_000])
  assert.equal(pauses.at(-1), 60_000)
  assert.deepEqual(advance(progress, attempt([1, 2], DONE), FOR_EVER, NOW).progress, { position: 3, failed: [] })
})

test("so many retries and no more", () => {
  const settings = { ...FOR_EVER, MaximumRetryAttempts: 1 }
  const once = advance(beginAt(0), attempt([1, 2], failed()), settings, NOW)
  assert.equal(once.discarded, undefined)
  const twice = advance(once.progress, attempt([1, 2], failed()), settings, NOW)
  assert.deepEqual(twice.discarded, { from: 0, range: range(3, 1, 2) })
  assert.deepEqual(twice.progress, { position: 3, failed: [] })
  const never = advance(beginAt(0), attempt([1], failed()), { ...settings, MaximumRetryAttempts: 0 }, NOW)
  assert.deepEqual(never.discarded, { from: 0, range: range(2, 0, 1) })
})

test("halves are tried one after the other, which is no retry, until a record is alone", () => {
  const first = advance(beginAt(0), attempt([1, 2, 3, 4, 5], failed()), HALVES, NOW)
  assert.deepEqual(first.progress, { position: 1, failed: [range(4, 0, 1), range(6, 0, 1)] })
  const second = advance(first.progress, attempt([1, 2, 3], DONE), HALVES, NOW)
  assert.deepEqual(second.progress, { position: 4, failed: [range(6, 0, 1)] })
  const third = advance(second.progress, attempt([4, 5], failed()), HALVES, NOW)
  assert.deepEqual(third.progress, { position: 4, failed: [range(5, 0, 2), range(6, 0, 2)] })
  const fourth = advance(third.progress, attempt([4], failed()), HALVES, NOW)
  assert.deepEqual(fourth.discarded, { from: 0, range: range(5, 0, 3) })
  assert.deepEqual(fourth.progress, { position: 5, failed: [range(6, 0, 2)] })
  assert.deepEqual(advance(fourth.progress, attempt([5], DONE), HALVES, NOW).progress, { position: 6, failed: [] })
})

test("what a function reports is where it goes on", () => {
  const { progress } = advance(beginAt(0), attempt([1, 2, 3], failed(1, true)), FOR_EVER, NOW)
  assert.deepEqual(progress, { position: 2, failed: [range(4, 1, 1, true)], waitUntil: NOW + 250 })
  // With halves the batch is cut there, and nothing is counted.
  const cut = advance(beginAt(0), attempt([1, 2, 3], failed(1, true)), HALVES, NOW)
  assert.deepEqual(cut.progress, { position: 2, failed: [range(4, 0, 1, true)] })
  const out = advance(beginAt(0), attempt([1, 2, 3], failed(1, true)), { ...FOR_EVER, MaximumRetryAttempts: 0 }, NOW)
  assert.deepEqual(out.discarded, { from: 1, range: range(4, 0, 1, true) })
  assert.equal(out.progress.position, 4)
})

test("a batch that has become smaller leaves the rest of what failed behind it", () => {
  const before: Progress = { position: 1, failed: [range(10, 2, 2), range(20, 2, 2)] }
  const { progress } = advance(before, attempt([1, 2], DONE), FOR_EVER, NOW)
  assert.deepEqual(progress, { position: 3, failed: [range(10, 2, 2), range(20, 2, 2)] })
  const again = advance(before, attempt([1, 2], failed()), FOR_EVER, NOW).progress
  assert.deepEqual(again.failed, [range(3, 3, 3), range(10, 2, 2), range(20, 2, 2)])
})

test("what a lane remembers beside that stays", () => {
  const before: Progress = {
    position: 0,
    failed: [],
    window: { start: 0, state: "{}" },
    before: [[5]],
    throttles: 3,
    waitUntil: 9,
  }
  const { progress } = advance(before, attempt([1], DONE), FOR_EVER, NOW)
  assert.deepEqual(progress, { position: 2, failed: [], window: { start: 0, state: "{}" }, before: [[5]] })
})
