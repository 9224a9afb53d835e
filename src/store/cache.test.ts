import assert from "node:assert/strict"
import { test } from "node:test"
import { createCaches } from "./cache.ts"
import type { Reading } from "./store.ts"

test("memory is bounded, and what is used stays", async () => {
  const reading = {} as Reading
  const cache = createCaches((work) => work(reading)).cache("kind", async (_, key) => ({ key }))
  await cache.find("used")
  await cache.find("unused")
  for (let i = 0; i < 50_000; i++) {
    await cache.find(`invented ${i}`)
    if (i % 1_000 === 0) assert.deepEqual(cache.find("used"), { key: "used" })
  }
  assert(cache.find("unused") instanceof Promise)
})
