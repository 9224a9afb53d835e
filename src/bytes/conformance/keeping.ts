import assert from "node:assert/strict"
import { test } from "node:test"
import { SweptError } from "../errors.ts"
import { LEASE_MILLISECONDS } from "../leases.ts"
import {
  collect,
  drop,
  type Engine,
  inPieces,
  keep,
  type Node,
  readWhole,
  some,
  sweepAll,
  sweepLater,
  writeAndKeep,
} from "./world.ts"

/** How long bytes stay. */
export function keepingCases(engine: Engine): void {
  const large = 2 * engine.blockBytes + 1
  const isNothingLeft = async ({ store }: Node) =>
    (await store.read((tx) => tx.all("SELECT id FROM bytes_leases"))).length === 0

  test("what is kept stays, and what is not is swept when its lease has run out, not before", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const bytes = some(large)
    const kept = await writeAndKeep(node, bytes)
    await node.room.write(inPieces(some(large), 65_536))
    await sweepAll(node)
    assert.equal((await world.list()).length, 2)
    await sweepLater(node)
    assert.deepEqual(await world.list(), [kept])
    assert.ok(bytes.equals(await readWhole(node, kept, large)))
    assert.ok(await isNothingLeft(node))
  })

  test("of a body that breaks off nothing is left", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const broken = async function* () {
      yield some(large)
      throw new Error("gone")
    }
    await assert.rejects(node.room.write(broken()), { message: "gone" })
    assert.deepEqual(await world.list(), [])
    await sweepLater(node)
    assert.ok(await isNothingLeft(node))
  })

  test("what was kept in a transaction that failed is not kept", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const written = await node.room.write(inPieces(some(large), 65_536))
    const failing = node.store.transact(async (tx) => {
      await node.room.keep(tx, written)
      throw new Error("no")
    })
    await assert.rejects(failing, { message: "no" })
    await sweepLater(node)
    assert.deepEqual(await world.list(), [])
  })

  test("what is discarded goes at once, unless somebody kept it", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const bytes = some(large)
    await node.room.discard(await node.room.write(inPieces(some(large), 65_536)))
    assert.deepEqual(await world.list(), [])
    const written = await node.room.write(inPieces(bytes, 65_536))
    await keep(node, written, bytes)
    await node.room.discard(written)
    await sweepLater(node)
    assert.ok(bytes.equals(await readWhole(node, written.id, large)))
  })

  test("what was swept cannot be kept, and who is at work is not swept", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const stalled = await node.room.write(inPieces(some(large), 65_536))
    await sweepLater(node)
    await assert.rejects(keep(node, stalled, Buffer.of()), SweptError)
    const bytes = some(2 * large)
    const slow = async function* () {
      yield bytes.subarray(0, large)
      node.clock.set(node.clock.now() + 2 * LEASE_MILLISECONDS)
      await sweepAll(node)
      yield bytes.subarray(large)
    }
    const written = await node.room.write(slow())
    await keep(node, written, bytes)
    assert.ok(bytes.equals(await readWhole(node, written.id, bytes.length)))
  })

  test("what is dropped is read to its end by who began, and then swept", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const bytes = some(large)
    const id = await writeAndKeep(node, bytes)
    const reading = node.room.read([{ id, size: large }], { start: 0, end: large })
    const first = Buffer.from((await reading.next()).value as Uint8Array)
    await drop(node, id)
    await sweepLater(node)
    assert.ok(bytes.equals(Buffer.concat([first, await collect(reading)])))
    await sweepLater(node)
    assert.deepEqual(await world.list(), [])
    await assert.rejects(readWhole(node, id, large))
  })

  test("who goes away in the middle holds nothing", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const id = await writeAndKeep(node, some(large))
    const reading = node.room.read([{ id, size: large }], { start: 0, end: large })
    await reading.next()
    await drop(node, id)
    await reading.return(undefined)
    await sweepLater(node)
    assert.deepEqual(await world.list(), [])
  })

  test("a drop in a transaction that failed is none", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const bytes = some(large)
    const id = await writeAndKeep(node, bytes)
    const failing = node.store.transact(async (tx) => {
      await node.room.drop(tx, id)
      throw new Error("no")
    })
    await assert.rejects(failing, { message: "no" })
    await sweepLater(node)
    assert.ok(bytes.equals(await readWhole(node, id, large)))
  })

  test("a family is dropped as one, and each of it by itself", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    const other = await writeAndKeep(node, some(10), "family-2")
    const members = []
    for (const size of [large, 10, 20]) members.push(await writeAndKeep(node, some(size), "family"))
    await drop(node, members[1]!)
    await sweepLater(node)
    assert.deepEqual(await world.list(), [members[0]!, members[2]!, other].sort())
    await drop(node, "family")
    await sweepLater(node)
    assert.deepEqual(await world.list(), [other])
    assert.ok(await isNothingLeft(node))
  })

  test("a large family goes to its last member", async () => {
    const world = await engine.createWorld()
    const node = await world.open()
    for (let index = 0; index < 130; index++) await writeAndKeep(node, some(1), "many")
    await drop(node, "many")
    await sweepLater(node)
    assert.deepEqual(await world.list(), [])
  })
}
