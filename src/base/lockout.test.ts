import assert from "node:assert/strict"
import { test } from "node:test"
import { afterFailure, isLockedOut } from "./lockout.ts"

test("five failures are free; then each doubles the wait, up to fifteen minutes", () => {
  const seconds = (failures: number) => {
    let wait = 0
    while (isLockedOut({ failures, lastFailureAt: 0 }, wait * 1000)) wait++
    return wait
  }
  assert.deepEqual([0, 1, 4, 5, 6, 7, 10, 14, 15, 1000].map(seconds), [0, 0, 0, 1, 2, 4, 32, 512, 900, 900])
})

test("a clock that is set back waits no longer than it would have", () => {
  const before = { failures: 7, lastFailureAt: 90_000_000 }
  assert.deepEqual(
    [0, 89_996_000, 89_996_001, 90_003_999, 90_004_000].map((now) => isLockedOut(before, now)),
    [false, false, true, true, false],
  )
  assert.deepEqual(afterFailure(before, 1000), { failures: 1, lastFailureAt: 1000 })
})

test("fifteen minutes of peace forget them", () => {
  const before = { failures: 7, lastFailureAt: 1000 }
  assert.deepEqual(afterFailure(before, 1000 + 899_999), { failures: 8, lastFailureAt: 900_999 })
  assert.deepEqual(afterFailure(before, 1000 + 900_000), { failures: 1, lastFailureAt: 901_000 })
})
