import { writeSync } from "node:fs"
import { parseArgs } from "node:util"
import { type Clock, systemClock } from "../base/clock.ts"
import { randomUUID } from "../base/random.ts"
import { openPostgresStore } from "../store/postgres/open.ts"
import { openSqliteStore } from "../store/sqlite/open.ts"
import type { Migration, Store } from "../store/store.ts"
import { again, done, type Workers } from "./job.ts"
import { migrations as workMigrations } from "./tables.ts"
import { createWork, type Work } from "./work.ts"

const ORDERS: Migration = {
  name: "orders-1-create",
  sql: `CREATE TABLE orders (id TEXT PRIMARY KEY);
CREATE TABLE deliveries (id TEXT NOT NULL, piece BIGINT NOT NULL, PRIMARY KEY (id, piece));
`,
}

export const PIECES = 5

export const openOrders = (where: { path?: string; url?: string }): Promise<Store> => {
  const options = { migrations: [...workMigrations, ORDERS], clock: systemClock }
  return where.url
    ? openPostgresStore({ url: where.url, ...options })
    : openSqliteStore({ path: where.path!, ...options })
}

/** Delivers an order in pieces. */
const workers: Workers<{ store: Store }> = {
  deliver: {
    atOnce: 8,
    async run({ key, body }, { store }) {
      const piece = body as number
      await store.transact((tx) =>
        tx.run("INSERT INTO deliveries (id, piece) VALUES ($1, $2) ON CONFLICT DO NOTHING", key, piece),
      )
      return piece + 1 < PIECES ? again(piece + 1) : done
    },
  },
}

export async function startDelivering(store: Store, clock: Clock): Promise<Work> {
  const work = createWork({
    store,
    clock,
    onFault(error) {
      throw error
    },
  })
  await work.start(workers, { store })
  return work
}

/** The program that crash.test.ts kills: orders without end, and their deliveries. */
if (import.meta.main) {
  const { values } = parseArgs({ options: { path: { type: "string" }, url: { type: "string" } } })
  const store = await openOrders(values)
  const work = await startDelivering(store, systemClock)
  for (let i = 0; i < 5; i++) {
    ;(async () => {
      for (;;) {
        const id = randomUUID()
        await store.transact(async (tx) => {
          await tx.run("INSERT INTO orders (id) VALUES ($1)", id)
          await work.enqueue(tx, { kind: "deliver", key: id, body: 0 })
        })
        // Synchronously: what is told must have left this process before it is killed.
        writeSync(1, `${id}\n`)
      }
    })()
  }
}
