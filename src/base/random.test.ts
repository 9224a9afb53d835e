import assert from "node:assert/strict"
import { test } from "node:test"
import { randomUUID } from "./random.ts"

test("UUIDs are of version 4, and no two are the same", () => {
  const all = Array.from({ length: 2_000 }, randomUUID)
  assert.equal(new Set(all).size, all.length)
  for (const uuid of all) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  for (const place of Array.from({ length: 36 }, (_, at) => at).filter((at) => ![8, 13, 14, 18, 19, 23].includes(at)))
    assert.equal(new Set(all.map((uuid) => uuid[place])).size, 16, `every digit at ${place}`)
})
