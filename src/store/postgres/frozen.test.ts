import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { type OwnPostgresServer, startOwnPostgres } from "../../../test/harness/postgres.ts"
import { systemClock } from "../../base/clock.ts"
import { isStoreError } from "../errors.ts"
import type { Migration, Store } from "../store.ts"
import { openPostgresStore } from "./open.ts"

const COUNTERS: Migration = {
  name: "counters-1-create",
  sql: "CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL);\nINSERT INTO counters VALUES ('a', 0);\n",
}

const started = await startOwnPostgres()

describe("a PostgreSQL that is frozen", { skip: typeof started === "string" && started }, () => {
  const server = started as OwnPostgresServer
  let url: string
  let store: Store
  before(async () => {
    url = await server.createDatabase()
    store = await openPostgresStore({ url, migrations: [COUNTERS], clock: systemClock })
  })
  after(async () => {
    await store.close()
    await server.stop()
  })

  const findValue = async () =>
    (await store.read((tx) => tx.get<{ value: number }>("SELECT value FROM counters WHERE name = 'a'")))?.value
  const increment = () => store.transact((tx) => tx.run("UPDATE counters SET value = value + 1 WHERE name = 'a'"))
  /** The processes of the server behind as many connections as the pool has. */
  const backends = async () => {
    const found = Array.from({ length: 20 }, () =>
      store.read((tx) => tx.get<{ pid: number }>("SELECT pg_backend_pid() AS pid, pg_sleep(0.2)")),
    )
    return new Set((await Promise.all(found)).map((row) => row!.pid))
  }
  const assertUnavailable = async (works: Promise<unknown>[]) => {
    for (const outcome of await Promise.allSettled(works)) {
      assert.equal(outcome.status, "rejected")
      assert(isStoreError(outcome.reason, "unavailable"), String(outcome.reason))
    }
  }

  test("makes reads and writes fail that have a connection, and those that wait for one", async () => {
    const before = await backends()
    server.freeze()
    try {
      await assertUnavailable([
        ...Array.from({ length: 25 }, findValue),
        ...Array.from({ length: 5 }, increment),
        // What joins a read fails with it.
        store.read(async () => findValue()),
      ])
    } finally {
      server.thaw()
    }
    assert.equal(typeof (await findValue()), "number")
    assert.equal(await increment(), 1)
    const now = await backends()
    assert.deepEqual(
      [...before].filter((pid) => now.has(pid)),
      [],
      "a connection that had not answered is used again",
    )
  })

  test("in the middle of a read, of a write and of a commit, ends each of them", async () => {
    await backends()
    const [read, write, commit] = [1, 2, 3].map(() => Promise.withResolvers<void>())
    const frozen = Promise.withResolvers<void>()
    const works = [
      store.read(async (tx) => {
        await tx.get("SELECT 1 AS one")
        read!.resolve()
        await frozen.promise
        return tx.get("SELECT value FROM counters")
      }),
      store.transact(async (tx) => {
        await tx.run("INSERT INTO counters (name, value) VALUES ('b', 1)")
        write!.resolve()
        await frozen.promise
        await tx.run("INSERT INTO counters (name, value) VALUES ('c', 1)")
      }),
      store.transact(async (tx) => {
        await tx.run("INSERT INTO counters (name, value) VALUES ('d', 1)")
        commit!.resolve()
        await frozen.promise
      }),
    ]
    await Promise.all([read, write, commit].map((one) => one!.promise))
    server.freeze()
    frozen.resolve()
    try {
      await assertUnavailable(works)
    } finally {
      server.thaw()
    }
    const names = await store.read((tx) => tx.all<{ name: string }>("SELECT name FROM counters ORDER BY name"))
    // Whether a commit that was not answered was done, nobody knew; what came before it was not.
    assert.deepEqual(
      names.map(({ name }) => name).filter((name) => name !== "d"),
      ["a"],
    )
  })

  test("does not keep a store from closing, nor another from saying that it cannot open", async () => {
    const other = await openPostgresStore({ url, migrations: [COUNTERS], clock: systemClock })
    await other.read((tx) => tx.get("SELECT 1 AS one"))
    server.freeze()
    try {
      await other.close()
      await assert.rejects(openPostgresStore({ url, migrations: [COUNTERS], clock: systemClock }), (error) =>
        isStoreError(error, "refused"),
      )
    } finally {
      server.thaw()
    }
  })
})
