import { after, describe, test } from "node:test"
import { startPostgres } from "../../test/harness/postgres.ts"
import { systemClock } from "../base/clock.ts"
import { conformance } from "./conformance.ts"
import { openPostgresStore } from "./postgres/open.ts"

const server = await startPostgres()

if (typeof server === "string") test("PostgreSQL", { skip: server })
else {
  describe("PostgreSQL", () => {
    after(() => server.stop())
    conformance("a store in PostgreSQL", {
      isKept: true,
      isShared: true,
      async createPlace() {
        const url = await server.createDatabase()
        return {
          open: (migrations, options) => openPostgresStore({ url, migrations, clock: systemClock, ...options }),
          remove: async () => {},
        }
      },
    })
  })
}
