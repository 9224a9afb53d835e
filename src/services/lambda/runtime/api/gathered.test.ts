import assert from "node:assert/strict"
import { test } from "node:test"
import { gather } from "./gathered.ts"

test("pieces of all sizes are one text, and what is taken is held no longer", () => {
  const held = gather()
  let all = ""
  let taken = ""
  for (let i = 0; i < 3000; i++) {
    const piece = `${i}`.repeat(i % 7)
    held.add(Buffer.from(piece))
    all += piece
    if (i % 5 === 0) taken += held.take(Math.min(held.length, i % 11)).toString()
  }
  assert.equal(held.length, all.length - taken.length)
  assert.equal(taken + held.takeAll().toString(), all)
  assert.equal(held.length, 0)
})

test("a text is found wherever pieces are cut, after others were sought and bytes taken", () => {
  for (const cut of [1, 2, 3, 5, 100]) {
    const text = "first\r\nsecond\r\n\r\nthird\r\n\r\n"
    const held = gather()
    const found: string[] = []
    for (let at = 0; at < text.length; at += cut) {
      held.add(Buffer.from(text.slice(at, at + cut)))
      const mark = found.length === 0 ? "\r\n" : "\r\n\r\n"
      const end = held.indexOf(mark)
      if (end >= 0) found.push(held.take(end + mark.length).toString())
    }
    for (let end = held.indexOf("\r\n\r\n"); end >= 0; end = held.indexOf("\r\n\r\n"))
      found.push(held.take(end + 4).toString())
    assert.deepEqual(found, ["first\r\n", "second\r\n\r\n", "third\r\n\r\n"])
  }
})

test("single bytes take no more room than a few times what they are", () => {
  const pieces = 200_000
  const held = gather()
  const before = process.memoryUsage()
  for (let i = 0; i < pieces; i++) held.add(Buffer.from("x"))
  const after = process.memoryUsage()
  assert.equal(held.length, pieces)
  assert.ok(after.external - before.external < 20 * pieces, `${after.external - before.external}`)
})
