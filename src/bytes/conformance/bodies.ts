import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { isStoreError } from "../../store/errors.ts"
import { collect, type Engine, inPieces, keep, readWhole, some, writeAndKeep } from "./world.ts"

/** Bodies and their bytes. */
export function bodyCases(engine: Engine): void {
  const { blockBytes } = engine

  describe("a body", async () => {
    const world = await engine.createWorld()
    const node = await world.open()

    for (const size of [1, 70_000, blockBytes - 1, blockBytes, blockBytes + 1, 2 * blockBytes + 17])
      for (const piece of [65_536, 3 * blockBytes])
        test(`of ${size} bytes that come ${piece} at a time is read as it was written`, async () => {
          const bytes = some(size)
          const written = await node.room.write(inPieces(bytes, piece))
          assert.equal(written.size, size)
          await keep(node, written, bytes)
          await node.room.assertThere({ id: written.id, size })
          assert.ok(bytes.equals(await readWhole(node, written.id, size)))
        })

    test("is read in spans", async () => {
      const bytes = some(2 * blockBytes + 1000)
      const id = await writeAndKeep(node, bytes)
      const edges = [0, 1, blockBytes - 1, blockBytes, blockBytes + 1, 2 * blockBytes, bytes.length - 1, bytes.length]
      for (const [index, start] of edges.entries())
        for (const end of edges.slice(index)) {
          const read = await collect(node.room.read([{ id, size: bytes.length }], { start, end }))
          assert.ok(bytes.subarray(start, end).equals(read), `${start} to ${end}`)
        }
    })

    test("is read with others in a row", async () => {
      const bodies = [some(100), some(blockBytes + 1), some(1), some(70_000)]
      const segments = []
      for (const body of bodies) segments.push({ id: await writeAndKeep(node, body, "row"), size: body.length })
      const whole = Buffer.concat(bodies)
      for (const [start, end] of [
        [0, whole.length],
        [99, 101],
        [100, blockBytes + 101],
        [blockBytes, blockBytes + 103],
        [whole.length - 70_001, whole.length],
      ] as const)
        assert.ok(whole.subarray(start, end).equals(await collect(node.room.read(segments, { start, end }))))
    })

    test("is read by many at a time, as fast as each of them likes", async () => {
      const bytes = some(2 * blockBytes + 5)
      const id = await writeAndKeep(node, bytes)
      const slow = node.room.read([{ id, size: bytes.length }], { start: 0, end: bytes.length })
      const begun = [Buffer.from((await slow.next()).value as Uint8Array)]
      const reads = await Promise.all(Array.from({ length: 8 }, () => readWhole(node, id, bytes.length)))
      for (const read of reads) assert.ok(bytes.equals(read))
      assert.ok(bytes.equals(Buffer.concat([...begun, await collect(slow)])))
    })

    test("is written beside others", async () => {
      const bodies = Array.from({ length: 8 }, (_, index) => some(blockBytes / 2 + index * 100_000))
      const ids = await Promise.all(bodies.map((body) => writeAndKeep(node, body)))
      for (const [index, body] of bodies.entries())
        assert.ok(body.equals(await readWhole(node, ids[index]!, body.length)))
    })

    test("that is not there, or not as it should be, is told of", async () => {
      const bytes = some(70_000)
      const id = await writeAndKeep(node, bytes)
      const isTold = (error: unknown) =>
        isStoreError(error, "unavailable") && error.message.includes("missing or damaged")
      await assert.rejects(node.room.assertThere({ id, size: bytes.length + 1 }), isTold)
      await assert.rejects(node.room.assertThere({ id: "0", size: 1 }), isTold)
      await assert.rejects(readWhole(node, "0", 1), isTold)
      await assert.rejects(readWhole(node, id, bytes.length + 1), isTold)
    })
  })
}
