import assert from "node:assert/strict"
import { test } from "node:test"
import { movableClock } from "../base/clock.ts"
import { newCallRecord } from "./call-record.ts"
import { createThinnedJournal } from "./thinned-journal.ts"

const request = {
  method: "GET",
  path: "/b/k",
  query: "",
  headers: {},
  rawHeaders: [],
  body: new Uint8Array(),
  remoteAddress: "203.0.113.9",
  secure: false,
}
const MEBIBYTE = 1024 * 1024

function opened() {
  let now = 0
  const clock = movableClock({ now: () => now })
  const journal = createThinnedJournal(
    { newest: { calls: 4, bytes: MEBIBYTE }, older: { calls: 6, bytes: MEBIBYTE, perSecond: 2 } },
    clock,
  )
  let next = 0
  const add = (count: number) => {
    for (let i = 0; i < count; i++) journal.add(newCallRecord(String(next++), request, now))
  }
  const ids = () => journal.list(100).map(({ requestId }) => Number(requestId))
  return { journal, add, ids, pass: (seconds: number) => (now += seconds * 1000) }
}

test("what comes now and then is all there, as far back as there is room", () => {
  const { journal, add, ids, pass } = opened()
  for (let i = 0; i < 30; i++) {
    add(1)
    pass(1)
  }
  assert.deepEqual(ids(), [29, 28, 27, 26, 25, 24, 23, 22, 21, 20])
  assert.deepEqual(
    journal.list(5).map(({ requestId }) => requestId),
    ["29", "28", "27", "26", "25"],
  )
  assert.equal(journal.find("20")?.requestId, "20")
  assert.equal(journal.find("19"), undefined)
})

test("of a flood the newest are there, and some of each second before it", () => {
  const { journal, add, ids, pass } = opened()
  add(10)
  assert.deepEqual(ids(), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  // What is older has used up what it had saved: two of each second go on.
  for (let second = 0; second < 3; second++) {
    pass(1)
    add(100)
  }
  assert.deepEqual(ids(), [309, 308, 307, 306, 207, 206, 107, 106, 7, 6])
  assert.equal(journal.find("106")?.requestId, "106")
})

test("what is cleared is gone, and its memory is counted no more", () => {
  const { journal, add, ids } = opened()
  add(20)
  assert.ok(journal.bytes() > 0)
  journal.clear()
  assert.deepEqual(ids(), [])
  assert.equal(journal.bytes(), 0)
})
