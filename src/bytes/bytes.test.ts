import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { after, describe, test } from "node:test"
import { startPostgres } from "../../test/harness/postgres.ts"
import type { MovableClock } from "../base/clock.ts"
import { openPostgresStore } from "../store/postgres/open.ts"
import { openSqliteStore } from "../store/sqlite/open.ts"
import type { Store } from "../store/store.ts"
import { createWorld, OWNED } from "./conformance/world.ts"
import { conformance } from "./conformance.ts"
import { BUFFER_BYTES } from "./files/buffers.ts"
import { createFilesEngine } from "./files/engine.ts"
import { createMemoryEngine } from "./memory.ts"
import { CHUNK_BYTES, createRowsEngine } from "./rows.ts"
import { migrations as bytesMigrations } from "./tables.ts"

const migrations = [...bytesMigrations, OWNED]
const openMemory = (clock: MovableClock) => openSqliteStore({ path: ":memory:", migrations, clock })
const newDirectory = () => mkdtempSync(join(tmpdir(), "hallpass-bytes-"))

/** The ids of the files below a directory, those that were begun too. */
const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(directory, name)).isFile())
    .map((name) => relative(name.split("/")[0]!, name))
    .sort()

const rowsOf = async (store: Store): Promise<string[]> =>
  (await store.read((tx) => tx.all<{ id: string }>("SELECT DISTINCT id FROM bytes_chunks ORDER BY id"))).map(
    ({ id }) => id,
  )

conformance("memory", {
  isShared: false,
  blockBytes: 65_536,
  async createWorld() {
    const engine = createMemoryEngine()
    return createWorld({ openStore: openMemory, engineOf: () => engine, list: async () => engine.list() })
  },
})

conformance("a directory", {
  isShared: false,
  blockBytes: BUFFER_BYTES,
  async createWorld() {
    const directory = newDirectory()
    return createWorld({
      openStore: openMemory,
      engineOf: () => createFilesEngine(directory),
      list: async () => filesOf(directory),
      remove: () => rmSync(directory, { recursive: true }),
    })
  },
})

conformance("rows of SQLite", {
  isShared: false,
  blockBytes: CHUNK_BYTES,
  async createWorld() {
    const stores: Store[] = []
    return createWorld({
      openStore: openMemory,
      engineOf(store) {
        stores.push(store)
        return createRowsEngine(store)
      },
      list: () => rowsOf(stores[0]!),
    })
  },
})

const server = await startPostgres()

if (typeof server === "string") test("bytes of nodes that share a database", { skip: server })
else
  describe("bytes of nodes that share a database", () => {
    after(() => server.stop())

    conformance("rows of PostgreSQL", {
      isShared: true,
      blockBytes: CHUNK_BYTES,
      async createWorld() {
        const url = await server.createDatabase()
        const stores: Store[] = []
        return createWorld({
          openStore: (clock) => openPostgresStore({ url, migrations, clock }),
          engineOf(store) {
            stores.push(store)
            return createRowsEngine(store)
          },
          list: () => rowsOf(stores[0]!),
        })
      },
    })

    conformance("a directory that nodes share", {
      isShared: true,
      blockBytes: BUFFER_BYTES,
      async createWorld() {
        const url = await server.createDatabase()
        const directory = newDirectory()
        return createWorld({
          openStore: (clock) => openPostgresStore({ url, migrations, clock }),
          engineOf: () => createFilesEngine(directory),
          list: async () => filesOf(directory),
          remove: () => rmSync(directory, { recursive: true }),
        })
      },
    })
  })
