import assert from "node:assert/strict"
import { test } from "node:test"
import { inspect } from "node:util"
import { MasterKey, open, openText, SEAL_OVERHEAD_BYTES, seal, UnsealError } from "./master-key.ts"

const key = new MasterKey(Buffer.alloc(32, 1))
const other = new MasterKey(Buffer.alloc(32, 2))

test("what is sealed opens, text and bytes, empty and large", () => {
  for (const text of ["", "a", "ü".repeat(1000)]) assert.equal(openText(key, "p", seal(key, "p", text)), text)
  const bytes = Buffer.alloc(100_000, 7)
  const sealed = seal(key, "p", bytes)
  assert.deepEqual(open(key, "p", sealed), bytes)
  assert.equal(sealed.length, bytes.length + SEAL_OVERHEAD_BYTES)
  assert.deepEqual(open(new MasterKey(Buffer.alloc(32, 1)), "p", sealed), bytes)
})

test("the same text is never sealed the same way", () => {
  assert.notDeepEqual(seal(key, "p", "a"), seal(key, "p", "a"))
})

test("another key, another purpose and any altered byte are refused", () => {
  const sealed = seal(key, "p", "secret")
  assert.throws(() => open(other, "p", sealed), UnsealError)
  assert.throws(() => open(key, "q", sealed), UnsealError)
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at]! ^= 1
    assert.throws(() => open(key, "p", altered), UnsealError, String(at))
    assert.throws(() => open(key, "p", sealed.subarray(0, at)), UnsealError, String(at))
  }
})

test("a master key has 32 bytes, keeps them, and shows them to nobody", () => {
  for (const length of [0, 16, 31, 33]) assert.throws(() => new MasterKey(new Uint8Array(length)), TypeError)
  const bytes = Buffer.alloc(32, 1)
  const kept = new MasterKey(bytes)
  bytes.fill(9)
  assert.equal(openText(kept, "p", seal(key, "p", "a")), "a")
  assert.ok(!/01 01|0101|AQEB/.test(inspect(kept, { depth: 9, showHidden: true }) + JSON.stringify(kept)))
})
