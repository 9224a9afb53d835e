import { writeSync } from "node:fs"
import { parseArgs } from "node:util"
import { systemClock } from "../base/clock.ts"
import { randomUUID } from "../base/random.ts"
import { openPostgresStore } from "./postgres/open.ts"
import { openSqliteStore } from "./sqlite/open.ts"
import type { Migration, Store } from "./store.ts"

export const PAIRS: Migration = {
  name: "pairs-1-create",
  sql: `CREATE TABLE lefts (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE rights (id TEXT PRIMARY KEY, body TEXT NOT NULL);
`,
}

export const openPairs = (where: { path?: string; url?: string }): Promise<Store> =>
  where.url
    ? openPostgresStore({ url: where.url, migrations: [PAIRS], clock: systemClock })
    : openSqliteStore({ path: where.path!, migrations: [PAIRS], clock: systemClock })

/** Writes two rows in one transaction, one of them in many works that fail between the two. */
async function writePair(store: Store, i: number): Promise<void> {
  const id = `${i % 8 === 7 ? "failed" : "written"} ${randomUUID()}`
  const body = id.repeat(i % 50)
  await store.transact(async (tx) => {
    await tx.run("INSERT INTO lefts (id, body) VALUES ($1, $2)", id, body)
    if (i % 8 === 7) throw new Error("on purpose")
    await tx.run("INSERT INTO rights (id, body) VALUES ($1, $2)", id, body)
  })
  // Synchronously: what is told must have left this process before it is killed.
  writeSync(1, `${id}\n`)
}

/** The program that crash.test.ts kills: writers that never end. */
if (import.meta.main) {
  const { values } = parseArgs({ options: { path: { type: "string" }, url: { type: "string" } } })
  const store = await openPairs(values)
  for (let writer = 0; writer < 10; writer++) {
    ;(async () => {
      for (let i = writer; ; i++) {
        await writePair(store, i).catch((error: Error) => {
          if (error.message !== "on purpose") throw error
        })
      }
    })()
  }
}
