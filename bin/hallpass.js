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

/**
 * What a server's heap may grow to by what nobody needs any more. Left to itself, V8 doubles each half of its young
 * generation up to 32 MiB, and collects the old one when it has grown fourfold: 10,000 requests that are refused, each on a
 * connection of its own, would leave 120 MB. Requests cost the processor no more like this; with half of either they do (a
 * twentieth, sign-ins most).
 */
const HEAP_FLAGS = ["--max-semi-space-size=16", "--heap-growing-percent=100"]

if (Number(process.versions.node.split(".")[0]) >= 24) {
  if (mayBecomeServer()) becomeServer()
  const { main: run } = await import(pathToFileURL(main).href)
  await run(process.argv.slice(2))
} else {
  runOnPinnedNode()
}

/** The bounds of a heap are settled when Node starts. Whoever gave it some knows better. */
function mayBecomeServer() {
  if (process.argv[2] !== "start" || process.channel || process.permission) return false
  return !/semi.space.size|heap.growing/.test(`${process.execArgv} ${process.env.NODE_OPTIONS}`)
}

/** The same process, begun anew: its number, its files and its signals stay. Windows has nothing like it. */
function becomeServer() {
  if (process.platform === "win32" || !process.execve) return
  const node = [process.execPath, ...HEAP_FLAGS, ...process.execArgv]
  process.execve(process.execPath, [...node, ...process.argv.slice(1)], process.env)
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
