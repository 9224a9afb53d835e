import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { startPostgres } from "../../test/harness/postgres.ts"
import { movableClock } from "../base/clock.ts"
import { randomInt } from "../base/random.ts"
import { openOrders, PIECES, startDelivering } from "./crash-worker.ts"

type Where = { path?: string; url?: string }

/** Starts a node, kills it in the middle of its work and returns the orders that it had taken. */
async function crash(where: Where): Promise<string[]> {
  const [flag, value] = where.url ? ["--url", where.url] : ["--path", where.path!]
  const program = join(import.meta.dirname, "crash-worker.ts")
  const node = spawn(process.execPath, [program, flag, value], { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  node.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const closed = once(node, "close")
  await Promise.race([once(node.stdout, "data"), closed])
  await sleep(randomInt(1, 150))
  node.kill("SIGKILL")
  assert.deepEqual(await closed, [null, "SIGKILL"], "the node ended by itself")
  // The last line may have been cut short by the kill.
  return output.split("\n").slice(0, -1)
}

/** Does what is left, after the leases of the dead have run out, and counts. */
async function assertDelivered(where: Where, taken: readonly string[]): Promise<void> {
  const store = await openOrders(where)
  const clock = movableClock()
  try {
    clock.set(clock.now() + 60_000)
    const work = await startDelivering(store, clock)
    await work.idle()
    await work.stop()
    const [orders, deliveries, left] = await store.read(async (tx) => [
      await tx.all<{ id: string }>("SELECT id FROM orders ORDER BY id"),
      await tx.all<{ id: string; n: number }>("SELECT id, COUNT(*) AS n FROM deliveries GROUP BY id ORDER BY id"),
      await tx.all("SELECT key FROM work_jobs"),
    ])
    assert.deepEqual(
      deliveries.map(({ id, n }) => `${id} ${n}`),
      orders.map(({ id }) => `${id} ${PIECES}`),
    )
    assert.deepEqual(left, [])
    const known = new Set(orders.map(({ id }) => id))
    assert.deepEqual(
      taken.filter((id) => !known.has(id)),
      [],
      "acknowledged, but lost",
    )
  } finally {
    await store.close()
  }
}

async function crashRepeatedly(where: Where, rounds: number): Promise<void> {
  const taken: string[] = []
  for (let round = 0; round < rounds; round++) {
    taken.push(...(await crash(where)), ...(await crash(where)))
    await assertDelivered(where, taken)
  }
  assert.ok(taken.length >= rounds)
}

test("kill -9 in the middle of a piece loses no work of a file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-work-crash-"))
  try {
    await crashRepeatedly({ path: join(directory, "hallpass.db") }, 4)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

const server = await startPostgres()

describe("kill -9 of a node", { skip: typeof server === "string" && server }, () => {
  after(() => (typeof server === "string" ? undefined : server.stop()))

  test("loses no work of PostgreSQL", async () => {
    assert(typeof server !== "string")
    await crashRepeatedly({ url: await server.createDatabase() }, 2)
  })
})
