import assert from "node:assert/strict"
import { test } from "node:test"
import { Queue } from "./queue.ts"

test("whoever came first is first, and each may leave from where it stands", () => {
  const queue = new Queue<string>()
  const [a, b, c] = ["a", "b", "c"].map((value) => queue.enter(value))
  assert.deepEqual([...queue], ["a", "b", "c"])
  b!.leave()
  b!.leave()
  assert.deepEqual([[...queue], queue.size], [["a", "c"], 2])
  queue.enter("d")
  a!.leave()
  c!.leave()
  assert.deepEqual([[...queue], queue.size], [["d"], 1])
})

test("the one that is looked at may leave", () => {
  const queue = new Queue<number>()
  const places = Array.from({ length: 5 }, (_, i) => queue.enter(i))
  const seen: number[] = []
  for (const i of queue) {
    seen.push(i)
    places[i]!.leave()
  }
  assert.deepEqual([seen, queue.size, [...queue]], [[0, 1, 2, 3, 4], 0, []])
})

test("it ends where the next one has left", () => {
  const queue = new Queue<number>()
  const places = Array.from({ length: 5 }, (_, i) => queue.enter(i))
  const seen: number[] = []
  for (const i of queue) {
    seen.push(i)
    if (i === 2) places[3]!.leave()
  }
  assert.deepEqual(
    [seen, [...queue]],
    [
      [0, 1, 2],
      [0, 1, 2, 4],
    ],
  )
})
