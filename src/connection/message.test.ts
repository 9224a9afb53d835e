import assert from "node:assert/strict"
import { Socket } from "node:net"
import { test } from "node:test"
import { Message } from "./message.ts"

/** Memory of its own, as the parser gives each piece. */
const pieceOf = (bytes: number) => Buffer.from(new ArrayBuffer(bytes))

test("of a body that nobody wants nothing is held", () => {
  const message = new Message(new Socket())
  const [before, more] = [pieceOf(5_000), pieceOf(6_000)]
  message.push(before)
  message.push(more)
  assert.equal(message.readableLength, 11_000)
  const thrownAway: number[] = []
  message.throwAway((bytes) => thrownAway.push(bytes))
  assert.deepEqual([before.buffer.byteLength, more.buffer.byteLength], [0, 0])
  const after = pieceOf(65_536)
  assert.equal(message.push(after), false, "the connection is read on")
  assert.equal(after.buffer.byteLength, 0)
  assert.equal(message.readableLength, 0)
  assert.deepEqual(thrownAway, [65_536])
})

test("of crumbs nothing is held after they are too many", () => {
  const message = new Message(new Socket())
  let told = 0
  message.onCrumbs = () => told++
  for (let i = 0; i < 3_000; i++) message.push(pieceOf(1))
  assert.equal(told, 1)
  assert.ok(message.readableLength < 1_100, `${message.readableLength} are held`)
})
