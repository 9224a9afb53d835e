// Installs what the lock file says, where that is missing or stale, and builds, where asked to. Plain JavaScript for
// whatever Node (>= 20) a fresh machine has: everything after this runs on the pinned runtime.
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, "node_modules", ".hallpass-lock")
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex")

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  console.error("Installing what package-lock.json says ...")
  run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"])
  writeFileSync(stamp, lock)
}
const node = join(root, "node_modules", ".bin", "node")
if (!existsSync(node) || statSync(node).size === 0) {
  console.error(`The pinned Node runtime is not at ${node}: its install script did not run. Try 'npm rebuild node'.`)
  process.exit(1)
}
if (process.argv.includes("--build")) run(node, [join(root, "tools", "build.ts")])

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] })
  if (error) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
