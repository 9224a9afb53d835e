import assert from "node:assert/strict"
import { createHash, randomBytes, randomInt } from "node:crypto"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { S3 } from "@aws-sdk/client-s3"
import { systemClock } from "../../src/base/clock.ts"
import { migrations as coreMigrations } from "../../src/core-tables.ts"
import { migrations } from "../../src/services/s3/tables.ts"
import { openSqliteStore } from "../../src/store/sqlite/open.ts"
import type { Writing } from "../../src/store/store.ts"
import { start } from "../../src/testing/index.ts"
import { askControl } from "../harness/control.ts"
import { startServerProcess } from "../harness/server-process.ts"
import { textOf } from "./s3-world.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-older-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const MEBIBYTE = 1024 * 1024
const Bucket = "older-bucket"
const SINCE = ["s3-2-no-tables-for-bytes", "s3-3-bytes-in-their-own-place"]

const md5Of = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex")

/** A database as it was made when contents lay in S3's own tables: chunks, and leases of what no object owns. */
async function makeOlder(path: string, write: (tx: Writing) => Promise<void>): Promise<void> {
  mkdirSync(path)
  const all = [...coreMigrations, ...migrations]
  const store = await openSqliteStore({
    path: join(path, "hallpass.db"),
    migrations: all.filter(({ name }) => !SINCE.includes(name)),
    clock: systemClock,
  })
  await store.transact(async (tx) => {
    const body = JSON.stringify({ region: "us-east-1", created: systemClock.now() })
    await tx.run(
      "INSERT INTO s3_buckets (name, account, versioning, body) VALUES ($1, $2, '', $3)",
      Bucket,
      "123456789012",
      body,
    )
    await write(tx)
  })
  await store.close()
}

async function putChunks(tx: Writing, dataId: string, bytes: Buffer): Promise<void> {
  for (let number = 0; number * MEBIBYTE < bytes.length; number++)
    await tx.run(
      "INSERT INTO s3_chunks (data_id, number, content) VALUES ($1, $2, $3)",
      dataId,
      number,
      bytes.subarray(number * MEBIBYTE, (number + 1) * MEBIBYTE),
    )
}

const putObject = (tx: Writing, key: string, body: object) =>
  tx.run(
    "INSERT INTO s3_objects (bucket, object_key, age, version_id, listed, body) VALUES ($1, $2, 0, 'null', 1, $3)",
    Bucket,
    Buffer.from(key),
    JSON.stringify({ modified: systemClock.now(), ...body }),
  )

const putPart = (tx: Writing, uploadId: string, number: number, dataId: string, bytes: Buffer) =>
  tx.run(
    "INSERT INTO s3_parts (data_id, part_number, body) VALUES ($1, $2, $3)",
    uploadId,
    number,
    JSON.stringify({ dataId, size: bytes.length, etag: md5Of(bytes), modified: systemClock.now() }),
  )

const filesBelow = (path: string): string[] =>
  existsSync(path)
    ? readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => /^\w\w\/(?!hallpass-place)/.test(name))
    : []

async function countRows(path: string): Promise<number> {
  const { DatabaseSync } = await import("node:sqlite")
  using database = new DatabaseSync(join(path, "hallpass.db"), { readOnly: true })
  return database.prepare("SELECT COUNT(*) AS n FROM bytes_chunks").get()!.n as number
}

test("objects of an older database are read, moved into files, overwritten and deleted like any other", async () => {
  const path = join(directory, "moved")
  const single = randomBytes(2 * MEBIBYTE + 5)
  const parts = [randomBytes(5 * MEBIBYTE), randomBytes(100)]
  const whole = Buffer.concat(parts)
  await makeOlder(path, async (tx) => {
    await putChunks(tx, "d0000000-0000-4000-8000-000000000001", single)
    await putObject(tx, "single", {
      size: single.length,
      etag: md5Of(single),
      dataId: "d0000000-0000-4000-8000-000000000001",
    })
    for (const [index, part] of parts.entries()) {
      await putChunks(tx, `p0000000-0000-4000-8000-00000000000${index}`, part)
      await putPart(tx, "upload.1", index + 1, `p0000000-0000-4000-8000-00000000000${index}`, part)
    }
    await putObject(tx, "parts", { size: whole.length, etag: "0-2", dataId: "upload.1", parts: 2 })
    // What had been given up: an object, and an upload with a part.
    await putChunks(tx, "gone", randomBytes(10))
    await putChunks(tx, "gone-part", randomBytes(10))
    await putPart(tx, "upload.0", 1, "gone-part", Buffer.alloc(10))
    for (const id of ["gone", "upload.0"])
      await tx.run("INSERT INTO s3_leases (data_id, expires) VALUES ($1, $2)", id, systemClock.now())
  })

  const server = await start({ dataDirectory: path })
  try {
    const s3 = new S3({ ...server.client, forcePathStyle: true })
    const assertRead = async () => {
      const bytesOf = async (Key: string, Range?: string) =>
        Buffer.from(await (await s3.getObject({ Bucket, Key, Range })).Body!.transformToByteArray())
      assert.ok(single.equals(await bytesOf("single")))
      assert.ok(whole.equals(await bytesOf("parts")))
      const range = `bytes=${MEBIBYTE - 1}-${5 * MEBIBYTE + 50}`
      assert.ok(whole.subarray(MEBIBYTE - 1, 5 * MEBIBYTE + 51).equals(await bytesOf("parts", range)))
    }
    await assertRead()
    await server.work.settle()
    // The parts of the upload that was given up get a lease of their own; then nobody owns them.
    await server.clock.advance({ hours: 1 })
    await server.work.settle()
    await server.clock.advance({ hours: 1 })
    await server.work.settle()
    await assertRead()
    assert.equal(await countRows(path), 0)
    assert.equal(filesBelow(join(path, "objects")).length, 3)

    await s3.putObject({ Bucket, Key: "single", Body: "new" })
    await s3.deleteObject({ Bucket, Key: "parts" })
    assert.equal(await textOf(await s3.getObject({ Bucket, Key: "single" })), "new")
    for (let times = 0; times < 3; times++) {
      await server.clock.advance({ hours: 1 })
      await server.work.settle()
    }
    assert.deepEqual(filesBelow(join(path, "objects")), [])
  } finally {
    await server.close()
  }
})

test("kill -9 while objects move loses none of them", async () => {
  const path = join(directory, "killed")
  const bodies = Array.from({ length: 12 }, () => randomBytes(3 * MEBIBYTE))
  await makeOlder(path, async (tx) => {
    for (const [index, bytes] of bodies.entries()) {
      await putChunks(tx, `d${index}`, bytes)
      await putObject(tx, `key-${index}`, { size: bytes.length, etag: md5Of(bytes), dataId: `d${index}` })
    }
  })
  const flags = ["--data-dir", path, "--clock-control"]
  for (let round = 0; round < 4; round++) {
    const killed = await startServerProcess(flags)
    await sleep(randomInt(100))
    await killed.kill()
  }
  const server = await startServerProcess(flags)
  try {
    const control = (method: string, what: string, body?: object) => askControl(server, method, what, body)
    await control("POST", "work/settle")
    const s3 = new S3({ ...server.client, forcePathStyle: true })
    for (const [index, bytes] of bodies.entries()) {
      const { Body } = await s3.getObject({ Bucket, Key: `key-${index}` })
      assert.ok(bytes.equals(Buffer.from(await Body!.transformToByteArray())))
    }
    await control("POST", "clock", { now: new Date(systemClock.now() + 3_600_000).toISOString() })
    await control("POST", "work/settle")
    assert.equal(await countRows(path), 0)
    assert.equal(filesBelow(join(path, "objects")).length, bodies.length)
  } finally {
    await server.stop()
  }
})
