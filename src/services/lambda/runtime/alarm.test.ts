import assert from "node:assert/strict"
import { test } from "node:test"
import { createAlarm } from "./alarm.ts"

/** Keeps the process alive while it waits: the runtime's timers do not. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

test("a deadline that is set again comes when it was set to last", async () => {
  const begun = performance.now()
  const came: number[] = []
  const alarm = createAlarm(() => came.push(performance.now() - begun))
  alarm.set(20)
  alarm.set(120)
  await until(() => came.length > 0)
  assert.ok(came[0]! >= 119, `${came[0]}`)
  alarm.set(10_000)
  alarm.set(10)
  await until(() => came.length > 1)
  assert.ok(came[1]! < 5_000, `${came[1]}`)
})

test("one that is cancelled does not come, and may be set again", async () => {
  let count = 0
  const alarm = createAlarm(() => count++)
  alarm.set(10)
  alarm.cancel()
  let isLater = false
  const later = createAlarm(() => {
    isLater = true
  })
  later.set(60)
  await until(() => isLater)
  assert.equal(count, 0)
  alarm.set(10)
  await until(() => count > 0)
  alarm.set(10)
  alarm.end()
  isLater = false
  later.set(60)
  await until(() => isLater)
  assert.equal(count, 1)
})
