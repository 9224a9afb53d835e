import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { startPostgres } from "../../test/harness/postgres.ts"
import { randomInt } from "../base/random.ts"
import { openPairs } from "./crash-writer.ts"

/** Starts the writer, kills it in the middle of its work and returns what it had said was written. */
async function crash(where: { path?: string; url?: string }): Promise<string[]> {
  const [flag, value] = where.url ? ["--url", where.url] : ["--path", where.path!]
  const program = join(import.meta.dirname, "crash-writer.ts")
  const writer = spawn(process.execPath, [program, flag, value], { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  writer.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const closed = once(writer, "close")
  await Promise.race([once(writer.stdout, "data"), closed])
  await sleep(randomInt(1, 150))
  writer.kill("SIGKILL")
  const [code, signal] = await closed
  assert.deepEqual([code, signal], [null, "SIGKILL"], "the writer ended by itself")
  // The last line may have been cut short by the kill.
  return output.split("\n").slice(0, -1)
}

async function assertWhole(where: { path?: string; url?: string }, acknowledged: string[]): Promise<void> {
  const store = await openPairs(where)
  try {
    const [lefts, rights] = await store.read(async (tx) => [
      await tx.all<{ id: string; body: string }>("SELECT id, body FROM lefts ORDER BY id"),
      await tx.all<{ id: string; body: string }>("SELECT id, body FROM rights ORDER BY id"),
    ])
    assert.deepEqual(lefts, rights, "a torn transaction")
    const found = new Set(lefts.map((row) => row.id))
    assert.deepEqual(
      acknowledged.filter((id) => !found.has(id)),
      [],
      "acknowledged, but lost",
    )
    assert(lefts.every((row) => row.id.startsWith("written")))
  } finally {
    await store.close()
  }
}

async function crashRepeatedly(where: { path?: string; url?: string }, rounds: number): Promise<void> {
  const acknowledged: string[] = []
  for (let round = 0; round < rounds; round++) {
    acknowledged.push(...(await crash(where)))
    await assertWhole(where, acknowledged)
  }
  assert(acknowledged.length >= rounds)
}

test("kill -9 loses nothing acknowledged and tears nothing in a file", async () => {
  const directory = mkdtempSync(join(tmpdir(), "hallpass-crash-"))
  try {
    await crashRepeatedly({ path: join(directory, "hallpass.db") }, 12)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

const server = await startPostgres()

describe("kill -9 of a node", { skip: typeof server === "string" && server }, () => {
  after(() => (typeof server === "string" ? undefined : server.stop()))

  test("loses nothing acknowledged and tears nothing in PostgreSQL", async () => {
    assert(typeof server !== "string")
    await crashRepeatedly({ url: await server.createDatabase() }, 6)
  })
})
