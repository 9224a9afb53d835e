import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { type Caches, createCaches } from "../cache.ts"
import { isStoreError } from "../errors.ts"
import { createSignals } from "../signals.ts"
import { Connection } from "./connection.ts"
import { createSnapshotReads, type Reads } from "./reads.ts"
import { createWriter, type Writer } from "./writer.ts"

describe("a writer whose disk is full", () => {
  let directory: string
  let connection: Connection
  let caches: Caches
  let reads: Reads
  let writer: Writer

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "hallpass-full-"))
    const path = join(directory, "full.db")
    connection = new Connection(path)
    connection.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (id TEXT PRIMARY KEY, body TEXT) STRICT")
    connection.exec("PRAGMA max_page_count = 20")
    caches = createCaches((work) => reads.read(work))
    reads = createSnapshotReads(() => new Connection(path, { readOnly: true }), caches)
    writer = createWriter(connection, reads, caches, createSignals(), 1_000)
  })
  afterEach(async () => {
    await writer.close()
    reads.close()
    connection.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const put = (id: string, length: number) =>
    writer.transact((tx) => tx.run("INSERT INTO t (id, body) VALUES ($1, $2)", id, "x".repeat(length)))
  const list = async () =>
    (await reads.read((tx) => tx.all<{ id: string }>("SELECT id FROM t ORDER BY id"))).map((row) => row.id)

  test("says so, keeps what it had acknowledged and goes on when there is room", async () => {
    await put("small", 100)
    await assert.rejects(put("large", 200_000), (error) => isStoreError(error, "unavailable"))
    assert.deepEqual(await list(), ["small"])
    connection.exec("PRAGMA max_page_count = 1000")
    await put("large", 200_000)
    assert.deepEqual(await list(), ["large", "small"])
  })

  test("acknowledges exactly what is there, whatever a group met", async () => {
    const ids = ["a", "b", "c", "d", "e", "f"]
    const outcomes = await Promise.allSettled(ids.map((id, i) => put(id, i % 2 ? 200_000 : 100)))
    for (const outcome of outcomes)
      if (outcome.status === "rejected") assert(isStoreError(outcome.reason, "unavailable"))
    assert.deepEqual(
      await list(),
      ids.filter((_, i) => outcomes[i]!.status === "fulfilled"),
    )
    assert(outcomes.some((outcome) => outcome.status === "rejected"))
  })
})

const noReads: Reads = {
  read: () => Promise.reject(new Error("nobody reads")),
  beforeGroup: () => undefined,
  beforeCommit() {},
  afterGroup() {},
  isIdle: () => true,
  close() {},
}
const noCaches = () => createCaches(() => Promise.reject(new Error("nobody reads")))

test("of a group each that fails is undone alone, the first that writes too", async () => {
  const connection = new Connection(":memory:")
  connection.exec("CREATE TABLE t (id TEXT)")
  const writer = createWriter(connection, noReads, noCaches(), createSignals(), 1_000)
  const list = () => writer.transact((tx) => tx.all<{ id: string }>("SELECT id FROM t"))
  const put = (id: string, isKept: boolean) =>
    writer.transact(async (tx) => {
      await tx.run("INSERT INTO t (id) VALUES ($1)", id)
      if (!isKept) throw new Error("no")
      return id
    })
  const works = [
    list(),
    put("a", false),
    list(),
    put("b", false),
    put("c", true),
    put("d", false),
    put("e", true),
    list(),
  ]
  const outcomes = (await Promise.allSettled(works)).map((one) => (one.status === "fulfilled" ? one.value : "undone"))
  const kept = [{ id: "c" }, { id: "e" }]
  assert.deepEqual(outcomes, [[], "undone", [], "undone", "c", "undone", "e", kept])
  assert.deepEqual(await list(), kept)
  await writer.close()
  connection.close()
})

test("a group that cannot begin fails those who wait, and the next one may do", async () => {
  const connection = new Connection(":memory:")
  const writer = createWriter(connection, noReads, noCaches(), createSignals(), 1_000)
  // A transaction that is already open makes BEGIN fail.
  connection.exec("BEGIN; CREATE TABLE t (id TEXT)")
  const waiting = [1, 2].map(() => writer.transact((tx) => tx.run("INSERT INTO t (id) VALUES ('x')")))
  for (const outcome of await Promise.allSettled(waiting)) assert.equal(outcome.status, "rejected")
  connection.exec("CREATE TABLE IF NOT EXISTS t (id TEXT)")
  assert.equal(await writer.transact((tx) => tx.run("INSERT INTO t (id) VALUES ('x')")), 1)
  await writer.close()
  connection.close()
})
