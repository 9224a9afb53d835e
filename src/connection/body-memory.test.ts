import assert from "node:assert/strict"
import { test } from "node:test"
import { createBodyMemory } from "./body-memory.ts"

const KIB = 1024

test("bodies share so many bytes, of which a part is for small ones alone", () => {
  const memory = createBodyMemory(400 * KIB, 100 * KIB)
  assert.ok(memory.take(300 * KIB, 300 * KIB))
  assert.ok(!memory.take(1, 100 * KIB), "a long body has its share taken")
  assert.ok(memory.take(64 * KIB, 64 * KIB), "a small one goes on")
  assert.ok(!memory.take(64 * KIB, 64 * KIB), "until there is nothing left")
  memory.give(300 * KIB)
  assert.ok(memory.take(200 * KIB, 200 * KIB), "what is given back is there again")
})
