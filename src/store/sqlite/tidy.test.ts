import assert from "node:assert/strict"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, test } from "node:test"
import { systemClock as clock } from "../../base/clock.ts"
import type { Store } from "../store.ts"
import { compactDatabase } from "./compact.ts"
import { openSqliteStore } from "./open.ts"
import { LOG_BYTES } from "./tidy.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-tidy-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const THINGS = {
  name: "things-1",
  sql: "CREATE TABLE things (id BIGINT PRIMARY KEY, content BYTES NOT NULL); CREATE TABLE others (id BIGINT PRIMARY KEY)",
}
const MIB = 1024 * 1024
const SPARE = 6 * MIB
const open = (path: string) => openSqliteStore({ path, migrations: [THINGS], clock })

const put = (store: Store, from: number, count: number) =>
  store.transact(async (tx) => {
    for (let i = from; i < from + count; i++)
      await tx.run("INSERT INTO things (id, content) VALUES ($1, $2)", i, Buffer.alloc(64 * 1024, i))
  })

/** Pieces until there is nothing more to give back. */
async function tidy(store: Store): Promise<number> {
  for (let pieces = 1; ; pieces++) if (!(await store.tidy())) return pieces
}

test("a file gives back the space of what was deleted, piece by piece, and keeps the rest", async () => {
  const path = join(directory, "new.db")
  const store = await open(path)
  for (let i = 0; i < 640; i += 64) await put(store, i, 64)
  await store.transact((tx) => tx.run("INSERT INTO others (id) VALUES (1)"))
  const full = statSync(path).size
  assert.ok(full > 30 * MIB)
  await store.transact((tx) => tx.run("DELETE FROM things WHERE id < 600"))
  const pieces = await tidy(store)
  assert.ok(pieces > 10, `${pieces}`)
  // What is in the log reaches the file in the end.
  await store.close()
  assert.ok(statSync(path).size < 3 * MIB + SPARE, `${statSync(path).size}`)
  const again = await open(path)
  const [kept, others] = await again.read(async (tx) => [
    await tx.all<{ id: number; content: Uint8Array }>("SELECT id, content FROM things ORDER BY id"),
    await tx.all("SELECT id FROM others"),
  ])
  assert.deepEqual([kept.length, others.length], [40, 1])
  assert.ok(kept.every(({ id, content }) => content.length === 64 * 1024 && content.every((byte) => byte === id % 256)))
  await again.close()
})

test("a log that grew while somebody read is cut when nobody does", async () => {
  const path = join(directory, "log.db")
  const store = await open(path)
  await store.read(async (tx) => {
    await tx.get("SELECT COUNT(*) AS n FROM things")
    for (let i = 0; i < 640; i += 64) await beside(() => put(store, i, 64))
    await tx.get("SELECT COUNT(*) AS n FROM things")
    assert.ok(statSync(`${path}-wal`).size > LOG_BYTES)
    await beside(() => store.tidy())
    assert.ok(statSync(`${path}-wal`).size > LOG_BYTES, "it is not waited for who reads")
  })
  await tidy(store)
  assert.equal(statSync(`${path}-wal`).size, 0)
  await store.close()
})

/** Outside of the transaction that runs: in a turn that was asked for before. */
const beside = <T>(work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => outside.push(() => work().then(resolve, reject)))
const outside: (() => void)[] = []
const turns = setInterval(() => {
  for (const work of outside.splice(0)) work()
}, 1)
after(() => clearInterval(turns))

test("a file of an older release stays as it is until it is compacted", async () => {
  const path = join(directory, "old.db")
  const old = new DatabaseSync(path)
  old.exec("PRAGMA application_id = 0x48506173; PRAGMA journal_mode = WAL; CREATE TABLE first (id INT)")
  old.close()
  const store = await open(path)
  await put(store, 0, 320)
  await store.transact((tx) => tx.run("DELETE FROM things WHERE id > 0"))
  assert.equal(await tidy(store), 1)
  await store.close()
  const before = statSync(path).size
  assert.ok(before > 15 * MIB)
  compactDatabase(path)
  assert.ok(statSync(path).size < MIB, `${statSync(path).size}`)
  const compacted = await open(path)
  await put(compacted, 1, 320)
  await compacted.transact((tx) => tx.run("DELETE FROM things WHERE id > 0"))
  assert.ok((await tidy(compacted)) > 10)
  assert.equal((await compacted.read((tx) => tx.all("SELECT id FROM things"))).length, 1)
  await compacted.close()
})

test("a database in memory gives back too", async () => {
  const store = await open(":memory:")
  await put(store, 0, 320)
  await store.transact((tx) => tx.run("DELETE FROM things"))
  assert.ok((await tidy(store)) > 10)
  assert.equal(await tidy(store), 1)
  await store.close()
})
