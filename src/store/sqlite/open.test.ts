import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { after, test } from "node:test"
import { systemClock } from "../../base/clock.ts"
import { isStoreError } from "../errors.ts"
import type { Store } from "../store.ts"
import { openSqliteStore } from "./open.ts"

const directory = mkdtempSync(join(tmpdir(), "hallpass-open-"))
after(() => rmSync(directory, { recursive: true, force: true }))

const open = (path: string): Promise<Store> => openSqliteStore({ path, migrations: [], clock: systemClock })

const refusing = (pattern: RegExp) => (error: unknown) => {
  assert(isStoreError(error, "refused"), String(error))
  assert.match(error.message, pattern)
  return true
}

test("the files and their directory are for their owner alone", async () => {
  const path = join(directory, "private", "hallpass.db")
  const store = await open(path)
  assert.equal(statSync(join(directory, "private")).mode & 0o777, 0o700)
  for (const file of readdirSync(join(directory, "private"))) {
    const mode = statSync(join(directory, "private", file)).mode & 0o777
    assert.equal(mode & 0o077, 0, `${file} has the mode ${mode.toString(8)}`)
  }
  await store.close()
})

test("a second store on the same file is refused until the first is closed", async () => {
  const path = join(directory, "twice.db")
  const first = await open(path)
  await assert.rejects(open(path), refusing(/in use by another Hallpass/))
  await first.close()
  await (await open(path)).close()
})

test("a store that another process has open is refused", async () => {
  const path = join(directory, "elsewhere.db")
  const first = await open(path)
  const program = `
    const { openSqliteStore } = await import(${JSON.stringify(new URL("./open.ts", import.meta.url).href)})
    await openSqliteStore({ path: ${JSON.stringify(path)}, migrations: [], clock: { now: () => 0 } }).catch((error) => {
      console.log(error.reason, error.message)
    })`
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })
  assert.match(stdout, /^refused .*in use by another Hallpass/)
  await first.close()
})

test("a store that could not be opened leaves no lock behind", async () => {
  const path = join(directory, "failed.db")
  const broken = { name: "broken-1", sql: "NONSENSE" }
  await assert.rejects(openSqliteStore({ path, migrations: [broken], clock: systemClock }), refusing(/broken-1/))
  await (await open(path)).close()
})

test("a database of another program is refused and left alone", async () => {
  const path = join(directory, "foreign.db")
  const foreign = new DatabaseSync(path)
  foreign.exec("CREATE TABLE accounts (id TEXT)")
  foreign.close()
  await assert.rejects(open(path), refusing(/of another program/))
  const again = new DatabaseSync(path)
  const tables = again.prepare("SELECT name FROM sqlite_schema").all()
  assert.deepEqual(
    tables.map((table) => table.name),
    ["accounts"],
  )
  assert.equal(again.prepare("PRAGMA journal_mode").get()?.journal_mode, "delete")
  again.close()
})

test("a file that is no database is refused and left alone", async () => {
  const path = join(directory, "text.db")
  writeFileSync(path, "This is not a database, but a text that is long enough to have a header.".repeat(20))
  const { size } = statSync(path)
  await assert.rejects(open(path), refusing(/text\.db cannot be used/))
  assert.equal(statSync(path).size, size)
})

test("a path that cannot be written is refused", async () => {
  mkdirSync(join(directory, "folder.db"))
  writeFileSync(join(directory, "file"), "")
  await assert.rejects(open(join(directory, "folder.db")), refusing(/cannot be opened/))
  await assert.rejects(open(join(directory, "file", "hallpass.db")), refusing(/cannot be opened/))
})

test("memory leaves nothing on the disk", async () => {
  const program = `
    const { openSqliteStore } = await import(${JSON.stringify(new URL("./open.ts", import.meta.url).href)})
    const migrations = [{ name: "a-1", sql: "CREATE TABLE a (id TEXT PRIMARY KEY)" }]
    const store = await openSqliteStore({ path: ":memory:", migrations, clock: { now: () => 0 } })
    await store.transact((tx) => tx.run("INSERT INTO a (id) VALUES ('x')"))
    console.log("done")`
  const cwd = join(directory, "empty")
  mkdirSync(cwd)
  const options = { cwd, encoding: "utf8", env: { ...process.env, TMPDIR: cwd } } as const
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], options)
  assert.equal(stdout, "done\n")
  assert.deepEqual(readdirSync(cwd), [])
})
