import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { movableClock } from "../../base/clock.ts"
import { openSqliteStore } from "../../store/sqlite/open.ts"
import { collect, drop, OWNED, readWhole, some, sweepLater, writeAndKeep } from "../conformance/world.ts"
import { createFilesEngine } from "../files/engine.ts"
import { createRoom, type Room } from "../room.ts"
import { CHUNK_BYTES, createRowsEngine } from "../rows.ts"
import { migrations } from "../tables.ts"
import { moveNext } from "./move.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-moving-"))
after(() => rmSync(directory, { recursive: true }))
const { signal } = new AbortController()
const size = 3 * CHUNK_BYTES + 5

/** A database with bodies in its rows, and two servers that keep new ones in files. */
async function openWorld() {
  const clock = movableClock()
  const store = await openSqliteStore({ path: ":memory:", migrations: [...migrations, OWNED], clock })
  const rows = createRowsEngine(store)
  const files = createFilesEngine(mkdtempSync(join(directory, "files-")))
  const parts = { store, clock, onFault: assert.fail }
  const open = () => ({ store, clock, room: createRoom({ ...parts, engine: files, rows }) })
  const before = { store, clock, room: createRoom({ ...parts, engine: rows }) }
  return { before, now: open(), other: open(), rows, files, store, [Symbol.asyncDispose]: () => store.close() }
}

async function moveAll(room: Room): Promise<void> {
  for (let after: string | undefined = ""; after !== undefined; ) after = await moveNext(room, signal, after)
}

test("a body moves while it is read, and is nowhere in rows then", async () => {
  await using world = await openWorld()
  const bytes = some(size)
  const id = await writeAndKeep(world.before, bytes)
  const reading = world.now.room.read([{ id, size }], { start: 0, end: size })
  const first = Buffer.from((await reading.next()).value as Uint8Array)
  assert.equal(await moveNext(world.now.room, signal), id)
  assert.equal(await moveNext(world.now.room, signal), undefined)
  assert.ok(bytes.equals(Buffer.concat([first, await collect(reading)])))
  assert.equal(await world.rows.find(id), undefined)
  await world.now.room.assertThere({ id, size })
  await sweepLater(world.now)
  assert.ok(bytes.equals(await readWhole(world.now, id, size)))
})

test("two servers that move at the same time lose nothing, and leave nothing twice", async () => {
  await using world = await openWorld()
  const bodies = new Map<string, Buffer>()
  for (let index = 0; index < 6; index++) {
    const bytes = some(size)
    bodies.set(await writeAndKeep(world.before, bytes), bytes)
  }
  await Promise.all([moveAll(world.now.room), moveAll(world.other.room)])
  for (const [id, bytes] of bodies) {
    assert.ok(bytes.equals(await readWhole(world.now, id, size)))
    assert.equal(await world.rows.find(id), undefined)
  }
})

test("what is dropped or was never kept is left to the sweep, which finds it on either side", async () => {
  await using world = await openWorld()
  const dropped = await writeAndKeep(world.before, some(size))
  const moved = await writeAndKeep(world.before, some(size))
  await world.before.room.write([some(size)])
  await drop(world.now, dropped)
  await moveAll(world.now.room)
  assert.notEqual(await world.rows.find(dropped), undefined)
  assert.notEqual(await world.files.find(moved), undefined)
  await drop(world.now, moved)
  await sweepLater(world.now)
  for (const id of [dropped, moved]) {
    assert.equal(await world.rows.find(id), undefined)
    assert.equal(await world.files.find(id), undefined)
  }
  assert.equal(await moveNext(world.now.room, signal), undefined)
})

test("a body that is damaged does not keep the others", async () => {
  await using world = await openWorld()
  const bytes = some(size)
  const ids = [await writeAndKeep(world.before, bytes), await writeAndKeep(world.before, bytes)].sort()
  await world.store.transact((tx) => tx.run("DELETE FROM bytes_chunks WHERE id = $1 AND number = 1", ids[0]!))
  assert.equal(await moveNext(world.now.room, signal), ids[0])
  assert.equal(await moveNext(world.now.room, signal, ids[0]), ids[1])
  assert.ok(bytes.equals(await readWhole(world.now, ids[1]!, size)))
  assert.equal(await world.files.find(ids[0]!), undefined)
})
