import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { systemClock } from "../src/base/clock.ts"
import { openPostgresStore } from "../src/store/postgres/open.ts"
import { openSqliteStore } from "../src/store/sqlite/open.ts"
import type { Migration, Store } from "../src/store/store.ts"
import { startPostgres } from "../test/harness/postgres.ts"

const RECORDS: Migration = {
  name: "records-1-create",
  sql: `CREATE TABLE records (
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  size BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (owner, name)
);`,
}
const ROWS = 10_000
const FIND = "SELECT size, body FROM records WHERE owner = $1 AND name = $2"
const PUT = `INSERT INTO records (owner, name, size, body) VALUES ($1, $2, $3, $4)
  ON CONFLICT (owner, name) DO UPDATE SET size = excluded.size, body = excluded.body`

/** Each value differs from all before: SQLite does not log a page that is written as it was. */
let version = 0
const nameOf = (i: number) => `record-${(i * 7919) % ROWS}`
const put = (store: Store, i: number) => {
  const body = JSON.stringify({ version: ++version, text: "x".repeat(200) })
  return store.transact((tx) => tx.run(PUT, "owner", nameOf(i), version, body))
}

/** Microseconds of CPU time and of wall time per operation: the median of five rounds. */
async function measure(count: number, round: (count: number) => Promise<void>): Promise<{ cpu: number; wall: number }> {
  await round(Math.ceil(count / 10))
  const rounds: { cpu: number; wall: number }[] = []
  for (let i = 0; i < 5; i++) {
    const [cpuStart, start] = [process.cpuUsage(), performance.now()]
    await round(count)
    const { user, system } = process.cpuUsage(cpuStart)
    rounds.push({ cpu: (user + system) / count, wall: ((performance.now() - start) * 1_000) / count })
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!
  return { cpu: median(rounds.map(({ cpu }) => cpu)), wall: median(rounds.map(({ wall }) => wall)) }
}

const inTurn = (work: (i: number) => unknown) => async (count: number) => {
  for (let i = 0; i < count; i++) await work(i)
}

const atOnce = (width: number, work: (i: number) => Promise<unknown>) => async (count: number) => {
  for (let i = 0; i < count; i += width) {
    await Promise.all(Array.from({ length: width }, (_, j) => work(i + j)))
  }
}

async function benchStore(name: string, store: Store, scale: number, print: (line: string) => void): Promise<void> {
  for (let i = 0; i < ROWS; i += 1_000) {
    await store.transact(async (tx) => {
      for (let j = i; j < i + 1_000; j++) await tx.run(PUT, "owner", nameOf(j), j, "{}")
    })
  }
  await atOnce(100, (i) => put(store, i))(ROWS)
  const find = (i: number) => store.read((tx) => tx.get(FIND, "owner", nameOf(i)))
  const cache = store.cache("record", (tx, key) => tx.get(FIND, "owner", key))
  const cases: [string, number, (count: number) => Promise<void>][] = [
    ["point read", 50_000, inTurn(find)],
    ["point read, 100 at once", 50_000, atOnce(100, find)],
    ["three reads in one snapshot", 20_000, inTurn((i) => store.read(threeReads(i)))],
    ["cached", 500_000, inTurn((i) => cache.find(nameOf(i % 100)))],
    ["write, one at a time", 1_000, inTurn((i) => put(store, i))],
    ["write, 100 at once", 20_000, atOnce(100, (i) => put(store, i))],
    ["write then read, one at a time", 1_000, inTurn((i) => put(store, i).then(() => find(i)))],
  ]
  for (const [what, count, round] of cases) {
    const { cpu, wall } = await measure(Math.ceil(count / scale), round)
    print(
      `${name.padEnd(12)} ${what.padEnd(32)} ${cpu.toFixed(2).padStart(9)} us CPU ${wall.toFixed(2).padStart(9)} us`,
    )
  }
  await store.close()
}

const threeReads = (i: number) => async (tx: Parameters<Parameters<Store["read"]>[0]>[0]) => {
  for (let j = 0; j < 3; j++) await tx.get(FIND, "owner", nameOf(i + j))
}

/** CPU time is this process's; a database server's own is not in it. */
export async function run(print: (line: string) => void): Promise<void> {
  const options = { migrations: [RECORDS], clock: systemClock }
  await benchStore("memory", await openSqliteStore({ path: ":memory:", ...options }), 1, print)
  const directory = mkdtempSync(join(tmpdir(), "hallpass-bench-"))
  try {
    await benchStore("SQLite", await openSqliteStore({ path: join(directory, "bench.db"), ...options }), 1, print)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  const server = await startPostgres()
  if (typeof server === "string") return
  try {
    await benchStore(
      "PostgreSQL",
      await openPostgresStore({ url: await server.createDatabase(), ...options }),
      20,
      print,
    )
  } finally {
    await server.stop()
  }
}

if (import.meta.main) await run(console.log)
