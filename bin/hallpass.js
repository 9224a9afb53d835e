#!/usr/bin/env node
// Finds a Node that can run Hallpass, and the sources or the build of it, whichever is newer.
import { spawn } from "node:child_process"
import { existsSync, readdirSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, "src", "main.ts")
const build = join(root, "dist", "main.js")
const main = existsSync(sources) && !isBuildFresh() ? sources : build

if (Number(process.versions.node.split(".")[0]) >= 24) {
  const { main: run } = await import(pathToFileURL(main).href)
  await run(process.argv.slice(2))
} else {
  runOnPinnedNode()
}

function isBuildFresh() {
  const stamp = join(root, "dist", ".built")
  if (!existsSync(stamp)) return false
  const built = statSync(stamp).mtimeMs
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true }).every(
    (entry) => !entry.isFile() || statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs <= built,
  )
}

function runOnPinnedNode() {
  const pinned = join(root, "node_modules", ".bin", "node")
  if (!existsSync(pinned)) {
    console.error(
      `Hallpass needs Node 24 or newer; this is ${process.version}. In a checkout, 'npm start' installs it.`,
    )
    process.exit(1)
  }
  const child = spawn(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" })
  // The child decides when to end, and this process ends as it did.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  child.on("exit", (status, signal) => process.exit(status ?? (signal === "SIGINT" ? 130 : 143)))
}
