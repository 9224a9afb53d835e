import assert from "node:assert/strict"
import { test } from "node:test"
import { BoundedCache } from "./bounded-cache.ts"

test("it never holds more than its capacity", () => {
  const cache = new BoundedCache<number, number>(10)
  for (let i = 0; i < 1000; i++) {
    cache.put(i, i)
    assert.ok(cache.size <= 10, String(cache.size))
  }
  assert.equal(cache.find(999), 999)
  assert.equal(cache.find(0), undefined)
})

test("what is asked for stays", () => {
  const cache = new BoundedCache<number, string>(10)
  cache.put(-1, "kept")
  for (let i = 0; i < 1000; i++) {
    cache.put(i, "passing")
    assert.equal(cache.find(-1), "kept", String(i))
  }
})

test("the newest value counts", () => {
  const cache = new BoundedCache<string, number>(4)
  for (const key of ["a", "b", "c"]) cache.put(key, 1)
  cache.put("a", 2)
  assert.equal(cache.find("a"), 2)
})
