import assert from "node:assert/strict"
import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { after, before, describe, test } from "node:test"
import { fileURLToPath } from "node:url"
import { pathWithAws } from "./harness/aws-cli.ts"
import { normalise, openTerminal, readWalk, type Step, type Terminal } from "./harness/walk.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

/** The pages whose commands a newcomer types, each in a folder of its own. */
const PAGES = ["docs/quick-start.md", "README.md", "docs/testing.md"]

const path = (() => {
  try {
    return pathWithAws()
  } catch (error) {
    const reason = `NO AWS CLI: ${(error as Error).message}`
    if (process.env.CI === "true") throw new Error(reason, { cause: error })
    console.error(`\n*** ${reason}: what a newcomer types is not tested ***\n`)
    return reason
  }
})()

describe("a newcomer", { skip: path.startsWith("NO AWS CLI") && path }, () => {
  let home: string
  let tarball: string
  let env: NodeJS.ProcessEnv

  before(() => {
    home = mkdtempSync(join(tmpdir(), "hallpass-newcomer-"))
    tarball = pack(home)
    // Node of this version, and nothing else of the checkout.
    const bin = join(home, "bin")
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, "node"))
    env = { HOME: home, LANG: "C.UTF-8", TMPDIR: home, PATH: `${bin}${delimiter}${outside(path)}` }
    for (const name of [
      "npm_config_cache",
      "npm_config_registry",
      "HTTPS_PROXY",
      "NODE_EXTRA_CA_CERTS",
      "PYENV_VERSION",
      "PYENV_ROOT",
    ])
      if (process.env[name]) env[name] = process.env[name]
    env.npm_config_cache ??= execFileSync("npm", ["config", "get", "cache"]).toString().trim()
    const npmrc = join(process.env.HOME ?? "/root", ".npmrc")
    env.npm_config_userconfig = npmrc
    // A registry that does not answer is asked again in time: npm's own patience is longer than that for this file.
    Object.assign(env, { npm_config_audit: "false", npm_config_fetch_timeout: "60000" })
  })
  after(() => rmSync(home, { recursive: true, force: true }))

  for (const page of PAGES)
    test(`does what ${page} says and sees what it shows`, async () => {
      const folder = join(home, page.replace(/\W/g, "-"))
      mkdirSync(folder)
      const steps = readWalk(join(root, page))
      assert.ok(steps.some(({ kind }) => kind === "commands"))
      const terminal = openTerminal(folder, env)
      let stop = async () => {}
      try {
        // Only the quick start begins with nothing: who reads the others has installed, and started, already.
        if (page !== PAGES[0]) await typeAll(terminal, "npm init -y", install("npm install --save-dev hallpass"))
        if (page === "README.md") stop = await startServer(folder, "npx hallpass start")
        for (const step of steps) {
          // A page takes long: whoever runs this file sees that it gets on.
          console.log(`${page}:${step.line}`)
          if (step.kind === "file") writeFileSync(join(folder, step.name), step.text)
          else if (step.kind === "server") stop = await startServer(folder, step.text)
          else await follow(page, terminal, step)
        }
      } finally {
        terminal.close()
        await stop()
      }
    })

  test("who installs the package alone gets little, and none of the SDK", () => {
    const folder = join(home, "README-md", "node_modules")
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
    assert.ok(bytes > 1024 * 1024 && bytes < 40 * 1024 * 1024, `${bytes} bytes`)
    assert.ok(!existsSync(join(folder, "@aws-sdk")))
  })

  /** What is not published yet comes from the tarball. */
  const install = (text: string) =>
    text.replace(/^npm install --save-dev hallpass$/m, `npm install --save-dev ${tarball}`)

  async function typeAll(terminal: Terminal, ...commands: string[]) {
    for (const command of commands) {
      const { code, shown } = await terminal.type(command)
      assert.equal(code, 0, `${command}: ${shown}`)
    }
  }

  async function follow(page: string, terminal: Terminal, step: Step & { kind: "commands" }) {
    const { code, shown } = await terminal.type(install(step.text))
    const where = `${page}:${step.line} showed, with exit code ${code}:\n${shown}`
    if (step.shown === undefined) {
      // What is shown to fail is so in the page; all else has to work.
      assert.equal(code, 0, where)
      assert.doesNotMatch(shown, /An error occurred/, where)
      return
    }
    const [wanted, got] = [normalise(step.shown), normalise(shown)]
    assert.ok(got.includes(wanted), `${where}\nbut the page shows:\n${step.shown}\n\n${wanted}\n${got}`)
  }

  /** As the page says, but on any free port: somebody else may have the usual one. */
  async function startServer(folder: string, text: string): Promise<() => Promise<void>> {
    const command = text.trim().replace(/(hallpass start)/, "$1 --port 0")
    const child = spawn("bash", ["-c", `exec ${command}`], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    })
    let output = ""
    await new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (chunk: string) => {
          output += chunk
          if (output.includes("listening")) resolve()
        })
      child.once("exit", (code) => reject(new Error(`${command} ended with ${code}: ${output}`)))
    })
    return async () => {
      // npx passes signals on to nobody: the group is ended, as a terminal does at Ctrl-C.
      const exited = once(child, "exit")
      process.kill(-child.pid!, "SIGINT")
      await exited
    }
  }
})

/** The tarball that would be published, of these sources; built beside the checkout, whose own build may be in use. */
function pack(home: string): string {
  const copy = join(home, "package")
  for (const name of ["bin", "package.json", "README.md", "CHANGELOG.md", "LICENSE"])
    cpSync(join(root, name), join(copy, name), { recursive: true })
  execFileSync(process.execPath, [join(root, "tools", "build.ts"), join(copy, "dist")], { stdio: "pipe" })
  execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", home], { cwd: copy, stdio: "pipe" })
  return join(home, readdirSync(home).find((name) => name.endsWith(".tgz"))!)
}

/** A PATH without the checkout's own programs. */
const outside = (path: string): string =>
  path
    .split(delimiter)
    .filter((folder) => !folder.startsWith(root) && !folder.includes("node_modules"))
    .join(delimiter)
