import assert from "node:assert/strict"
import { test } from "node:test"
import { LEASE_MILLISECONDS } from "../leases.ts"
import { drop, type Engine, inPieces, keep, readWhole, some, sweepAll, sweepLater, writeAndKeep } from "./world.ts"

/** Several servers on one database and one place. They have one clock here. */
export function nodeCases(engine: Engine): void {
  const large = 3 * engine.blockBytes

  test("what one node writes, another reads", async () => {
    const world = await engine.createWorld()
    const [one, other] = [await world.open(), await world.open()]
    const bytes = some(large)
    const id = await writeAndKeep(one, bytes)
    assert.ok(bytes.equals(await readWhole(other, id, large)))
    await drop(other, id)
    await sweepLater(one)
    assert.deepEqual(await world.list(), [])
  })

  test("what one node writes or reads, another does not sweep", async () => {
    const world = await engine.createWorld()
    const [one, other] = [await world.open(), await world.open()]
    const bytes = some(large)
    const sweepBetween = async () => {
      // Longer than a lease in all, with a sign of life in between.
      one.clock.set(one.clock.now() + LEASE_MILLISECONDS - 60_000)
      await sweepAll(other)
    }
    const slow = async function* () {
      for (let at = 0; at < large; at += large / 6) {
        yield bytes.subarray(at, at + large / 6)
        await sweepBetween()
      }
    }
    const written = await one.room.write(slow())
    await keep(one, written, bytes)
    const reading = one.room.read([{ id: written.id, size: large }], { start: 0, end: large })
    const read = [Buffer.from((await reading.next()).value as Uint8Array)]
    await drop(other, written.id)
    for (;;) {
      await sweepBetween()
      const { value, done } = await reading.next()
      if (done) break
      read.push(Buffer.from(value))
    }
    assert.ok(bytes.equals(Buffer.concat(read)))
    await sweepLater(other)
    assert.deepEqual(await world.list(), [])
  })

  test("what a node left that died, another sweeps", async () => {
    const world = await engine.createWorld()
    const [one, other] = [await world.open(), await world.open()]
    const never = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const dying = async function* () {
      yield* inPieces(some(large), 65_536)
      begun.resolve()
      await never.promise
    }
    void one.room.write(dying()).catch(() => {})
    await begun.promise
    await sweepLater(other)
    assert.deepEqual(await world.list(), [])
    never.reject(new Error("the test is over"))
  })
}
