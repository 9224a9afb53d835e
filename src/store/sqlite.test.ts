import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { systemClock } from "../base/clock.ts"
import { conformance } from "./conformance.ts"
import { openSqliteStore } from "./sqlite/open.ts"

conformance("a store in memory", {
  isKept: false,
  isShared: false,
  createPlace: async () => ({
    open: (migrations, options) => openSqliteStore({ path: ":memory:", migrations, clock: systemClock, ...options }),
    remove: async () => {},
  }),
})

conformance("a store in a file", {
  isKept: true,
  isShared: false,
  async createPlace() {
    const directory = mkdtempSync(join(tmpdir(), "hallpass-store-"))
    const path = join(directory, "data", "hallpass.db")
    return {
      open: (migrations, options) => openSqliteStore({ path, migrations, clock: systemClock, ...options }),
      remove: async () => rmSync(directory, { recursive: true, force: true }),
    }
  },
})
