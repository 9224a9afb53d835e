import assert from "node:assert/strict"
import { it } from "node:test"
import { watchFrames } from "./frames.ts"

const LIMIT = 1_000
/** FIN and opcode, then the length in its shortest form, a mask and as many bytes. */
function frame(first: number, length: number): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  head[0] = first
  if (length < 126) head[1] = 0x80 | length
  else if (length < 65_536) {
    head[1] = 0x80 | 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 0x80 | 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, Buffer.alloc(4 + length, 1)])
}

for (const size of [1, 2, 3, 7, 100_000])
  it(`takes frames up to the limit, and none beyond it, in pieces of ${size}`, () => {
    const take = (bytes: Buffer) => {
      const watch = watchFrames(LIMIT)
      for (let at = 0; at < bytes.length; at += size) if (!watch.take(bytes.subarray(at, at + size))) return false
      return true
    }
    for (const length of [0, 1, 125, 126, 127, LIMIT]) assert.equal(take(frame(0x81, length)), true, String(length))
    for (const length of [LIMIT + 1, 65_535, 65_536, 90_000]) assert.equal(take(frame(0x81, length)), false)
    assert.equal(take(Buffer.concat([frame(0x01, 500), frame(0x80, LIMIT)])), true)
  })

it("counts what has come of a message that is not whole", () => {
  const watch = watchFrames(LIMIT)
  watch.take(frame(0x01, 300))
  assert.equal(watch.pendingBytes, 300)
  watch.take(frame(0x89, 5))
  assert.equal(watch.pendingBytes, 300)
  watch.take(frame(0x00, 10))
  assert.equal(watch.pendingBytes, 310)
  watch.take(frame(0x80, 0))
  assert.equal(watch.pendingBytes, 0)
})
