import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { test } from "node:test"
import { md5Of, type Node, readWhole, some, sweepLater, writeAndKeep } from "./conformance/world.ts"
import { openFiles } from "./crash-writer.ts"

const program = join(import.meta.dirname, "crash-writer.ts")

/** What the program had told when it was killed at its step of that number. */
async function runUntil(step: number, directory: string): Promise<string[]> {
  const flags = ["--directory", directory, "--die-at", String(step)]
  const child = spawn(process.execPath, [program, ...flags], { stdio: ["ignore", "pipe", "inherit"] })
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const [code, signal] = await once(child, "close")
  assert.ok(signal === "SIGKILL" || code === 0, output)
  return output.split("\n").slice(0, -1)
}

async function assertWhole(node: Node, directory: string, told: readonly string[]): Promise<void> {
  const owned = await node.store.read((tx) => tx.all<{ id: string; size: number; md5: string }>("SELECT * FROM owned"))
  for (const { id, size, md5 } of owned) assert.equal(md5Of(await readWhole(node, id, size)), md5)
  const dropped = told.filter((line) => line.startsWith("dropped ")).map((line) => line.slice("dropped ".length))
  const kept = told.filter((line) => line.startsWith("kept ")).map((line) => line.slice("kept ".length))
  const ids = new Set(owned.map(({ id }) => id))
  assert.deepEqual(
    kept.filter((id) => !ids.has(id) && !dropped.includes(id)),
    [],
    "kept, but lost",
  )
  await sweepLater(node)
  for (const { id, size, md5 } of owned) assert.equal(md5Of(await readWhole(node, id, size)), md5)
  const objects = join(directory, "objects")
  const files = readdirSync(objects, { recursive: true, encoding: "utf8" }).filter((name) =>
    statSync(join(objects, name)).isFile(),
  )
  assert.deepEqual(files.map((name) => basename(name)).sort(), [...ids].map((id) => basename(id)).sort(), "orphans")
}

test("kill -9 before any step loses no body that was kept, and what it leaves is swept", async () => {
  let step = 0
  for (let told: string[] = []; !told.includes("ended"); ) {
    const directory = mkdtempSync(join(tmpdir(), "hallpass-crash-"))
    try {
      const before = await openFiles(directory)
      const stays = await writeAndKeep(before, some(1000))
      await before.store.close()
      told = [`kept ${stays}`, ...(await runUntil(++step, directory))]
      const node = await openFiles(directory)
      try {
        await assertWhole(node, directory, told)
      } finally {
        await node.store.close()
      }
    } finally {
      rmSync(directory, { recursive: true })
    }
  }
  assert.ok(step > 20, `there were ${step} steps`)
})
