import assert from "node:assert/strict"
import { execFileSync, spawn } from "node:child_process"
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { eventually } from "../harness/eventually.ts"
import { type Attempts, attack } from "./attack.ts"
import { aFunction, answerOf, invocation, openWorld } from "./world.ts"

const PROGRAM = join(import.meta.dirname, "attacked.ts")
const isRoot = process.getuid?.() === 0
const needsRoot = isRoot ? false : "only root can make users and namespaces of all kinds"

const succeeded = (attempts: Attempts): string[] => Object.keys(attempts).filter((what) => attempts[what] === "DONE")

for (const confinement of ["namespaces", "users"] as const)
  test(`a hostile function reaches neither the server nor another function: ${confinement}`, {
    skip: needsRoot,
  }, async () => {
    await using world = openWorld({ confinement })
    const attempts = await attack(world)
    assert.deepEqual(succeeded(attempts), [], JSON.stringify(attempts, null, 2))
    assert.deepEqual(world.faults, [])
  })

test("the attempts of a hostile function succeed where nothing is kept apart", { skip: needsRoot }, async () => {
  await using world = openWorld({ mode: "unsandboxed" })
  const reading = [
    "read the data directory",
    "connect to the door",
    "read the server's environment",
    "read the victim's environment",
    "find the victim's file in /tmp",
    "find the victim's code",
    "answer for the victim",
  ]
  const attempts = await attack(world, reading)
  assert.deepEqual(succeeded(attempts), reading, JSON.stringify(attempts))
})

test("a hostile function reaches nothing of a server that is not root's", { skip: needsRoot }, (t) => {
  const to = ["--reuid", "50999", "--regid", "50999", "--clear-groups", "--"]
  try {
    execFileSync("setpriv", [...to, process.execPath, "--version"], { stdio: "pipe" })
    execFileSync("setpriv", [...to, "unshare", "--user", "--map-root-user", "--mount", "true"], { stdio: "pipe" })
    execFileSync("setpriv", [...to, "test", "-r", PROGRAM])
  } catch {
    return t.skip("another user cannot read the checkout or make namespaces here")
  }
  const text = execFileSync("setpriv", [...to, process.execPath, PROGRAM, "attack"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  })
  const attempts = JSON.parse(text) as Attempts
  assert.deepEqual(succeeded(attempts), [], JSON.stringify(attempts, null, 2))
})

test("a function has no file system beside its own", { skip: needsRoot }, async () => {
  await using world = openWorld({ confinement: "namespaces" })
  const target = aFunction(
    `import fs from "node:fs"
    import { execFileSync } from "node:child_process"
    export const handler = async () => {
      const full = () => { try { fs.writeFileSync("/tmp/big", Buffer.alloc(600 * 1024 * 1024)) } catch (error) { return error.code } finally { fs.rmSync("/tmp/big", { force: true }) } }
      return {
        root: fs.readdirSync("/").sort(), dev: fs.readdirSync("/dev").sort(), tmp: fs.readdirSync("/tmp"),
        processes: fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)).length,
        mounts: fs.readFileSync("/proc/self/mounts", "utf8").split("\\n").filter((line) => / rw[, ]/.test(line)).map((line) => line.split(" ")[1]),
        full: full(),
        limits: /Max open files +1024 +1024/.test(fs.readFileSync("/proc/self/limits", "utf8")) && /Max processes +1024 +1024/.test(fs.readFileSync("/proc/self/limits", "utf8")),
      }
    }`,
    { memoryMegabytes: 2048 },
  )
  const { root, mounts, ...rest } = answerOf(await world.runtime.invoke(target, invocation())) as Record<
    string,
    string[]
  >
  const allowed = [
    "bin",
    "dev",
    "etc",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "old",
    "opt",
    "proc",
    "sbin",
    "tmp",
    "usr",
    "var",
  ]
  assert.deepEqual(
    root!.filter((name) => !allowed.includes(name)),
    [],
  )
  assert.deepEqual(
    mounts!.filter((path) => !/^\/(tmp|proc|dev\/\w+)$/.test(path)),
    [],
  )
  assert.deepEqual(rest, {
    dev: ["fd", "full", "null", "random", "stderr", "stdin", "stdout", "urandom", "zero"],
    tmp: [],
    processes: 2,
    full: "ENOSPC",
    limits: true,
  })
})

/** The processes of this machine whose command lines have a mark. */
const marked = (mark: string): string[] =>
  readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0").includes(mark)
    } catch {
      return false
    }
  })

for (const confinement of ["namespaces", "users", "none"] as const)
  test(`no process of a function outlives a server that is killed: ${confinement}`, { skip: needsRoot }, async () => {
    const directory = mkdtempSync(join(tmpdir(), "hallpass-test-"))
    chmodSync(directory, 0o711)
    // How many seconds its processes would sleep: a number by which they are known.
    const mark = `${10_000_000 + Math.floor(performance.now() * 1000)}`
    const server = spawn(process.execPath, [PROGRAM, "linger", confinement, directory, mark], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    try {
      await new Promise<void>((resolve, reject) => {
        server.stdout!.once("data", () => resolve())
        server.once("exit", () => reject(new Error("it ended")))
      })
      await eventually(() => marked(mark).length >= 2)
      const ended = new Promise((resolve) => server.once("exit", resolve))
      server.kill("SIGKILL")
      await ended
      await eventually(() => marked(mark).length === 0)
      const left = () => readdirSync(directory).filter((name) => name.startsWith("hallpass-functions-"))
      assert.equal(left().length, 1)
      // The next server removes what it left on the disk.
      await using world = openWorld({ directory })
      assert.equal(
        answerOf(await world.runtime.invoke(aFunction("export const handler = async () => 1"), invocation())),
        1,
      )
      assert.equal(left().length, 1)
      await world.runtime.close()
      assert.equal(left().length, 0)
    } finally {
      server.kill("SIGKILL")
      rmSync(directory, { recursive: true, force: true })
    }
  })
