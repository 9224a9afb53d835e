import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { startPostgres } from "../../test/harness/postgres.ts"
import { systemClock as clock } from "../base/clock.ts"
import { openPostgresStore } from "../store/postgres/open.ts"
import { openSqliteStore } from "../store/sqlite/open.ts"
import { recordsConformance } from "./conformance.ts"

recordsConformance("a store in memory", {
  isKept: false,
  isShared: false,
  createPlace: async () => ({
    open: (migrations) => openSqliteStore({ path: ":memory:", migrations, clock }),
    remove: async () => {},
  }),
})

recordsConformance("a store in a file", {
  isKept: true,
  isShared: false,
  async createPlace() {
    const directory = mkdtempSync(join(tmpdir(), "hallpass-records-"))
    return {
      open: (migrations) => openSqliteStore({ path: join(directory, "hallpass.db"), migrations, clock }),
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    }
  },
})

const server = await startPostgres()

if (typeof server === "string") test("PostgreSQL", { skip: server })
else
  describe("PostgreSQL", () => {
    after(() => server.stop())
    recordsConformance("a store in PostgreSQL", {
      isKept: true,
      isShared: true,
      async createPlace() {
        const url = await server.createDatabase()
        return { open: (migrations) => openPostgresStore({ url, migrations, clock }), remove: async () => {} }
      },
    })
  })
