import assert from "node:assert/strict"
import { mock, test } from "node:test"
import { createPace } from "./pace.ts"

/** A body that comes at so many bytes a tick, for as long as somebody waits for it. */
function bodyOf(bytesPerTick: number, isWaitedFor = () => true) {
  const body = { bytes: 0, slow: false, arrivedBytes: () => body.bytes, isWaitedFor, tooSlow: () => (body.slow = true) }
  return { body, tick: () => (body.bytes += bytesPerTick) }
}

test("who is slower than the least over a whole window is told, and nobody else", () => {
  mock.timers.enable({ apis: ["setInterval"] })
  try {
    const pace = createPace({ tickMilliseconds: 1000, windowTicks: 20, leastBytesPerSecond: 240 })
    const slow = bodyOf(239)
    const fast = bodyOf(241)
    // The store is slow, and not the sender.
    const unread = bodyOf(0, () => false)
    const bursty = bodyOf(0)
    const gone = bodyOf(0)
    const all = [slow, fast, unread, bursty, gone]
    const places = all.map(({ body }) => pace.watch(body))
    places[all.indexOf(gone)]!.leave()
    for (let second = 1; second <= 60; second++) {
      for (const { tick } of all) tick()
      if (second % 19 === 0) bursty.body.bytes += 20 * 240
      mock.timers.tick(1000)
      assert.equal(slow.body.slow, second >= 20, `after ${second} s`)
    }
    assert.deepEqual(
      [fast, unread, bursty, gone].map(({ body }) => body.slow),
      [false, false, false, false],
    )
  } finally {
    mock.timers.reset()
  }
})
