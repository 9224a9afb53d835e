import assert from "node:assert/strict"
import { test } from "node:test"
import { abandoning, createPieces, type Pieces } from "./pieces.ts"

const bytes = (text: string) => Buffer.from(text)

async function* copied({ all }: Pieces): AsyncGenerator<Uint8Array> {
  for await (const piece of all) yield piece
}

async function read(pieces: AsyncIterable<Uint8Array>): Promise<string[]> {
  const texts: string[] = []
  for await (const piece of pieces) texts.push(Buffer.from(piece).toString())
  return texts
}

test("pieces come in order, before and after there is a reader", async () => {
  const pieces = createPieces()
  const first = pieces.put(bytes("a"))
  await pieces.begun
  const reading = read(pieces.all)
  await first
  await pieces.put(bytes("b"))
  pieces.end()
  assert.deepEqual(await reading, ["a", "b"])
})

test("a piece is put when it has been read, and not before", async () => {
  const pieces = createPieces()
  let isPut = false
  const put = pieces.put(bytes("a")).then(() => {
    isPut = true
  })
  const iterator = pieces.all[Symbol.asyncIterator]()
  await iterator.next()
  assert.equal(isPut, false)
  pieces.end()
  await iterator.next()
  await put
  assert.equal(isPut, true)
})

test("an end without pieces is an end", async () => {
  const pieces = createPieces()
  pieces.end()
  assert.deepEqual(await read(pieces.all), [])
})

test("nobody waits for a reader who stops, or who never began", async () => {
  const stopped = createPieces()
  const waiting = [stopped.put(bytes("a")), stopped.put(bytes("b"))]
  for await (const _ of abandoning(copied(stopped), stopped)) break
  await Promise.all([...waiting, stopped.put(bytes("c"))])

  const unread = createPieces()
  const put = unread.put(bytes("a"))
  await abandoning(copied(unread), unread)[Symbol.asyncIterator]().return?.()
  await Promise.all([put, unread.put(bytes("b"))])
})
