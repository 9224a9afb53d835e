import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import pg from "pg"
import { startPostgres } from "../../../test/harness/postgres.ts"
import { systemClock } from "../../base/clock.ts"
import { isStoreError } from "../errors.ts"
import type { Migration, Store } from "../store.ts"
import { openPostgresStore } from "./open.ts"

const COUNTERS: Migration = {
  name: "counters-1-create",
  sql: "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);\nINSERT INTO counters VALUES ('a', 0);\n",
}

const open = (url: string): Promise<Store> => openPostgresStore({ url, migrations: [COUNTERS], clock: systemClock })

const unreachable: [string, string][] = [
  ["a port that is none", "postgres://someone:hunter2@127.0.0.1:notaport/db"],
  ["a host where nothing listens", "postgres://someone:hunter2@127.0.0.1:1/db"],
  ["a socket that is not there", "postgres://someone:hunter2@%2Fnowhere/db"],
  ["no URL", "hunter2 %%%"],
]
for (const [what, url] of unreachable) {
  test(`${what} is refused without telling the password`, async () => {
    const error = await open(url).catch((error: unknown) => error)
    assert(isStoreError(error, "refused"), String(error))
    for (let told: unknown = error; told instanceof Error; told = told.cause) {
      assert(!`${told.message} ${told.stack} ${JSON.stringify(told)}`.includes("hunter2"))
    }
  })
}

const server = await startPostgres()

describe("a server that misbehaves", { skip: typeof server === "string" && server }, () => {
  let url: string
  let store: Store
  let admin: pg.Client
  before(async () => {
    assert(typeof server !== "string")
    url = await server.createDatabase()
    store = await open(url)
    admin = new pg.Client({ connectionString: url })
    admin.on("error", () => {})
    await admin.connect()
  })
  after(async () => {
    if (typeof server === "string") return
    await store.close()
    await admin.end().catch(() => {})
    await server.stop()
  })

  const killConnections = () =>
    admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hallpass' AND datname = current_database()",
    )
  const findValue = async (name: string) =>
    (await store.read((tx) => tx.get<{ value: number }>("SELECT value FROM counters WHERE name = $1", name)))?.value

  test("connections that died while idle are replaced", async () => {
    await Promise.all(Array.from({ length: 10 }, () => findValue("a")))
    await killConnections()
    assert.equal(await findValue("a"), 0)
    await killConnections()
    assert.equal(await store.transact((tx) => tx.run("UPDATE counters SET value = value WHERE name = 'a'")), 1)
  })

  test("a connection that is lost before the commit is replaced, and the work runs again", async () => {
    let runs = 0
    await store.transact(async (tx) => {
      runs++
      await tx.run("UPDATE counters SET value = value + 1 WHERE name = 'a'")
      if (runs === 1) await killConnections()
      await tx.run("UPDATE counters SET value = value + 1 WHERE name = 'a'")
    })
    assert.equal(runs, 2)
    assert.equal(await findValue("a"), 2)
  })

  test("a connection that is always lost makes the store unavailable", async () => {
    const losing = store.read(async (tx) => {
      await tx.get("SELECT value FROM counters")
      await killConnections()
      return tx.get("SELECT name FROM counters")
    })
    await assert.rejects(losing, (error) => isStoreError(error, "unavailable"))
  })

  test("a table that another node alters does not break what is prepared", async () => {
    const all = () => store.read((tx) => tx.all("SELECT * FROM counters"))
    for (let i = 0; i < 5; i++) await all()
    await admin.query("ALTER TABLE counters ADD COLUMN note TEXT")
    assert.equal((await all()).length, 1)
  })

  test("a statement that nobody waits for cannot make a commit into a rollback unnoticed", async () => {
    const careless = store.transact(async (tx) => {
      await tx.run("INSERT INTO counters (name, value) VALUES ('careless', 1)")
      tx.run("INSERT INTO counters (name, value) VALUES ('careless', 1)").catch(() => {})
    })
    await assert.rejects(careless, (error) => isStoreError(error))
    assert.equal(await findValue("careless"), undefined)
  })

  test("a server that has stopped makes the store unavailable", async () => {
    assert(typeof server !== "string")
    if (process.env.HALLPASS_TEST_DATABASE_URL) return
    await server.stop()
    await assert.rejects(findValue("a"), (error) => isStoreError(error, "unavailable"))
    const writing = store.transact((tx) => tx.run("UPDATE counters SET value = 1"))
    await assert.rejects(writing, (error) => isStoreError(error, "unavailable"))
  })
})
