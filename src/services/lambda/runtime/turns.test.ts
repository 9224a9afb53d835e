import assert from "node:assert/strict"
import { test } from "node:test"
import { createTurns } from "./turns.ts"

const target = (id: string) => ({ id })
const waiter = (name: string) => ({ name, target: target(name.replace(/-.*/, "")) })

const CASES: readonly {
  what: string
  waiting: string[]
  atWork?: string[]
  free?: string
  last?: string[]
  next: string | undefined
}[] = [
  { what: "nobody waits", waiting: [], next: undefined },
  { what: "one waits", waiting: ["a-1"], atWork: ["a", "a"], next: "a-1" },
  { what: "all have none: who waits longest", waiting: ["a-1", "b-1"], next: "a-1" },
  { what: "who has fewer at work", waiting: ["a-1", "a-2", "b-1"], atWork: ["a", "a", "b"], next: "b-1" },
  {
    what: "one without any goes before the version that one is free for",
    waiting: ["a-1", "b-1"],
    atWork: ["a"],
    free: "a",
    next: "b-1",
  },
  {
    what: "of equals, the one that one is free for",
    waiting: ["b-1", "a-1"],
    atWork: ["a", "b"],
    free: "a",
    next: "a-1",
  },
  {
    what: "of those without any, whose turn was longer ago",
    waiting: ["a-1", "a-2", "b-1"],
    free: "a",
    last: ["b", "a"],
    next: "b-1",
  },
  {
    what: "versions of a function are one",
    waiting: ["f/1-1", "f/2-1", "g/1-1"],
    atWork: ["f/1", "f/3", "g/2"],
    next: "g/1-1",
  },
]

for (const { what, waiting, atWork = [], free, last = [], next } of CASES)
  test(what, () => {
    const turns = createTurns()
    for (const one of last) turns.note(target(one))
    const found = turns.next(waiting.map(waiter), atWork.map(target), free === undefined ? undefined : target(free))
    assert.equal(found?.name, next)
  })

test("two that always wait take turns at one environment", () => {
  const turns = createTurns()
  const given: string[] = []
  let free: string | undefined
  for (let at = 0; at < 6; at++) {
    const { target } = turns.next(
      ["a-1", "a-2", "a-3", "b-1"].map(waiter),
      [],
      free === undefined ? undefined : { id: free },
    )!
    turns.note(target)
    free = target.id
    given.push(free)
  }
  assert.deepEqual(given, ["a", "b", "a", "b", "a", "b"])
})
