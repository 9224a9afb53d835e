// Installs what the lock file says, where that is missing or stale, and builds, where asked to. Plain JavaScript for
// whatever Node (>= 20) a fresh machine has: everything after this runs on the pinned runtime.
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const node = join(root, "node_modules", ".bin", "node")
const stamp = join(root, "node_modules", ".hallpass-lock")
const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex")

if (!isInstalled()) await install()
if (process.argv.includes("--build")) await run(node, [join(root, "tools", "build.ts")])

/** The stamp is written last, and `npm ci` begins by removing it: what was cut off is not taken for installed. */
function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === lock && hasRuntime()
}

/** An install script puts the program of the `node` package there. */
function hasRuntime() {
  return existsSync(node) && statSync(node).size > 0 && spawnSync(node, ["--version"]).status === 0
}

async function install() {
  console.error("Installing what package-lock.json says; the first time this takes a minute or so ...")
  const packages = packagesOfLock()
  const told = tellProgress(
    () => `${packages.filter(existsSync).length} of about ${packages.length} packages are there`,
  )
  await run("npm", ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"])
  // Where scripts are switched off, in a user's configuration say, this one package needs its own all the same.
  if (!hasRuntime()) await run("npm", ["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"])
  told()
  if (!hasRuntime()) {
    console.error(`The pinned Node runtime is not at ${node}: its install script did not run. Try 'npm rebuild node'.`)
    process.exit(1)
  }
  writeFileSync(stamp, lock)
  console.error("Installed.")
}

/** Where npm writes the last file of each package; those for other machines are left out. */
function packagesOfLock() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
  const isForHere = ({ os, cpu, link }) =>
    !link && (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true)
  return Object.keys(packages)
    .filter((path) => path.startsWith("node_modules/") && isForHere(packages[path]))
    .map((path) => join(root, path, "package.json"))
}

/** On a terminal one line that changes, elsewhere a line now and then. Returns what ends it. */
function tellProgress(progress) {
  const { isTTY } = process.stderr
  const timer = setInterval(
    () => {
      const seconds = Math.round(performance.now() / 1000)
      process.stderr.write(`${isTTY ? "\r" : ""}  ${seconds} s: ${progress()}${isTTY ? " " : "\n"}`)
    },
    isTTY ? 1_000 : 5_000,
  )
  return () => {
    clearInterval(timer)
    if (isTTY) process.stderr.write("\n")
  }
}

async function run(command, args) {
  const environment = { ...process.env }
  if (!isWritableCache()) environment.npm_config_cache = join(tmpdir(), `hallpass-npm-${process.getuid?.() ?? 0}`)
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: environment,
    // npm is a script of the command interpreter there.
    shell: process.platform === "win32" && command === "npm",
  })
  const status = await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on("exit", (code) => resolve(code ?? 1))
  })
  if (status !== 0) process.exit(status)
}

/** npm keeps its cache in the home directory, which may be read-only or missing. */
function isWritableCache() {
  try {
    const cache = process.env.npm_config_cache ?? join(homedir(), ".npm")
    mkdirSync(cache, { recursive: true })
    accessSync(cache, constants.W_OK)
    return true
  } catch {
    return false
  }
}
