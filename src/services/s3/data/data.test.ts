import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { test } from "node:test"
import { movableClock } from "../../../base/clock.ts"
import { openSqliteStore } from "../../../store/sqlite/open.ts"
import type { Store } from "../../../store/store.ts"
import { migrations } from "../tables.ts"
import { grantLease, LEASE_MILLISECONDS } from "./leases.ts"
import { readData } from "./read.ts"
import { sweep } from "./sweep.ts"
import { type Arrived, CHUNK_BYTES, keepData, writeData } from "./write.ts"

async function openWorld() {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ":memory:", migrations, clock })
  const write = (body: Uint8Array | AsyncIterable<Uint8Array>) =>
    writeData(body, { store, clock, algorithm: "CRC32", inlineBytes: 10 })
  return { clock, store, write, [Symbol.asyncDispose]: () => store.close() }
}

const countChunks = async (store: Store): Promise<number> =>
  (await store.read((tx) => tx.get<{ n: number }>("SELECT COUNT(*) AS n FROM s3_chunks")))!.n

const keep = (store: Store, arrived: Arrived) => store.transact((tx) => keepData(tx, arrived))

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(world: { store: Store; clock: ReturnType<typeof movableClock> }, dataId: string, size: number) {
  const read: Uint8Array[] = []
  for await (const piece of readData(world, dataId, [{ dataId, size }], { start: 0, end: size })) read.push(piece)
  return Buffer.concat(read)
}

for (const size of [11, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
  for (const piece of [7_919, CHUNK_BYTES, 4 * CHUNK_BYTES])
    test(`${size} bytes that arrive ${piece} at a time are kept as they are`, async () => {
      await using world = await openWorld()
      const bytes = randomBytes(size)
      const arrived = await world.write(pieces(bytes, piece))
      assert.equal(arrived.size, size)
      assert.equal(arrived.md5.toString("hex"), createHash("md5").update(bytes).digest("hex"))
      await keep(world.store, arrived)
      assert.equal(await countChunks(world.store), Math.ceil(size / CHUNK_BYTES))
      assert.ok(bytes.equals(await read(world, arrived.dataId!, size)))
      world.clock.set(world.clock.now() + 10 * LEASE_MILLISECONDS)
      await sweep(world)
      assert.equal(await countChunks(world.store), Math.ceil(size / CHUNK_BYTES))
    })

test("what is small rides along", async () => {
  await using world = await openWorld()
  const arrived = await world.write(Buffer.from("0123456789"))
  assert.equal(arrived.content?.toString(), "0123456789")
  assert.equal(arrived.dataId, undefined)
})

test("what breaks off is swept when its lease has run out, and not before", async () => {
  await using world = await openWorld()
  const broken = async function* () {
    yield randomBytes(2 * CHUNK_BYTES + 1)
    throw new Error("gone")
  }
  await assert.rejects(world.write(broken()), { message: "gone" })
  assert.equal(await countChunks(world.store), 2)
  await sweep(world)
  assert.equal(await countChunks(world.store), 2)
  world.clock.set(world.clock.now() + LEASE_MILLISECONDS + 1)
  await sweep(world)
  assert.equal(await countChunks(world.store), 0)
})

test("an upload whose chunks were swept is refused, and one at work is not swept", async () => {
  await using world = await openWorld()
  const stalled = await world.write(randomBytes(2 * CHUNK_BYTES + 1))
  world.clock.set(world.clock.now() + LEASE_MILLISECONDS + 1)
  await sweep(world)
  await assert.rejects(keep(world.store, stalled), { code: "RequestTimeout" })
  const slow = async function* () {
    yield randomBytes(2 * CHUNK_BYTES + 1)
    world.clock.set(world.clock.now() + 2 * LEASE_MILLISECONDS)
    await sweep(world)
    yield randomBytes(CHUNK_BYTES)
  }
  await keep(world.store, await world.write(slow()))
  assert.equal(await countChunks(world.store), 4)
})

test("what was given up is read to its end by who began, and then swept", async () => {
  await using world = await openWorld()
  const bytes = randomBytes(3 * CHUNK_BYTES)
  const arrived = await world.write(bytes)
  await keep(world.store, arrived)
  const dataId = arrived.dataId!
  const reading = readData(world, dataId, [{ dataId, size: bytes.length }], { start: 0, end: bytes.length })
  const first = await reading.next()
  await world.store.transact((tx) => grantLease(tx, dataId, world.clock.now()))
  world.clock.set(world.clock.now() + 2 * LEASE_MILLISECONDS)
  await sweep(world)
  const rest: Uint8Array[] = [first.value as Uint8Array]
  for await (const piece of reading) rest.push(piece)
  assert.ok(bytes.equals(Buffer.concat(rest)))
  world.clock.set(world.clock.now() + 2 * LEASE_MILLISECONDS)
  await sweep(world)
  assert.equal(await countChunks(world.store), 0)
  await assert.rejects(read(world, dataId, bytes.length))
})
