import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { aFunction, answerOf, invocation, type World } from "./world.ts"

/** What a hostile function did not manage to do: each attempt, with what stopped it. What it managed is "DONE". */
export type Attempts = Readonly<Record<string, string>>

/**
 * Tries from within its environment, one after another, what it is told to. None of it does harm where it succeeds: it
 * opens for writing and does not write, and signals nobody.
 */
const HOSTILE = `
import fs from "node:fs"
import net from "node:net"
import { execFileSync } from "node:child_process"
const connect = (target, text) => new Promise((resolve, reject) => {
  const socket = net.connect(target)
  let got = ""
  socket.on("data", (bytes) => { got += bytes }).on("error", reject).on("close", () => got ? resolve(got) : reject(new Error("nothing came")))
  socket.write(text)
  setTimeout(() => { socket.destroy(); got ? resolve(got) : reject(new Error("no answer")) }, 1500)
})
const find = (folder, what, depth) => {
  if (depth === 0) return
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const path = folder + "/" + entry.name
    try {
      if (entry.isDirectory()) { const found = find(path, what, depth - 1); if (found) return found }
      else if (entry.isFile() && fs.statSync(path).size < 4096 && fs.readFileSync(path, "utf8").includes(what)) return path
    } catch {}
  }
}
const must = (value, why) => { if (!value) throw new Error(why) }
export const handler = async (event) => {
  const attempts = {
    "read the data directory": () => fs.readFileSync(event.secretFile),
    "list the data directory": () => fs.readdirSync(event.dataDirectory),
    "connect to the door": () => connect({ path: event.door }, "x"),
    "read the server's environment": () => fs.readFileSync("/proc/" + event.server + "/environ"),
    "read the server's memory": () => fs.openSync("/proc/" + event.server + "/mem", "r"),
    "look into the server's descriptors": () => fs.readdirSync("/proc/" + event.server + "/fd"),
    "look through the server's root": () => fs.readdirSync("/proc/" + event.server + "/root/" + event.dataDirectory),
    "end the server": () => process.kill(event.server, 0),
    "read the victim's environment": () => fs.readFileSync("/proc/" + event.victim + "/environ"),
    "end the victim": () => process.kill(event.victim, 0),
    "find the victim's file in /tmp": () => must(find("/tmp", event.secret, 6), "not found"),
    "find the victim's code": () => must(find("/tmp", event.codeSecret, 8) ?? find("/var/task", event.codeSecret, 3), "not found"),
    "read the victim's code": () => fs.readFileSync(event.victimCode + "/index.mjs"),
    "take the victim's event": () => connect({ host: "127.0.0.1", port: event.victimPort }, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\n\\r\\n"),
    "answer for the victim": () => connect({ host: "127.0.0.1", port: event.victimPort }, "GET /2018-06-01/ping HTTP/1.1\\r\\n\\r\\n"),
    "become root": () => { process.setgid(0); process.setuid(0); must(false, "it is root of its own namespace alone") },
    "have a capability": () => { const status = fs.readFileSync("/proc/self/status", "utf8"); must(!/CapEff:\\t0+\\nCapBnd:\\t0+\\n/.test(status), "none") },
    "gain privileges by a program": () => must(!/NoNewPrivs:\\t1/.test(fs.readFileSync("/proc/self/status", "utf8")), "not any more"),
    "change its code": () => fs.openSync(process.env.LAMBDA_TASK_ROOT + "/index.mjs", "r+"),
    "add to its code": () => fs.writeFileSync(process.env.LAMBDA_TASK_ROOT + "/more.mjs", "x"),
    "change the bootstrap": () => fs.openSync(process.env.LAMBDA_RUNTIME_DIR + "/node/bootstrap.mjs", "r+"),
    "change the machine": () => fs.openSync("/usr/bin/env", "r+"),
    "mount": () => {
      const own = fs.mkdtempSync((process.env.TMPDIR ?? "/tmp") + "/mount-")
      execFileSync("mount", ["-t", "tmpfs", "x", own], { stdio: "pipe" })
      execFileSync("umount", [own])
    },
    "find a variable of the server": () => must(Object.keys(process.env).find((name) => /HALLPASS|^HOME$|NODE_OPTIONS/.test(name)) ?? fs.readFileSync("/proc/self/environ", "utf8").includes("HALLPASS"), "none"),
  }
  const ends = {}
  for (const [what, attempt] of Object.entries(attempts).filter(([what]) => event.only?.includes(what) ?? true))
    try { await attempt(); ends[what] = "DONE" } catch (error) { ends[what] = error.code ?? error.message }
  return ends
}`

/** Sets a hostile function on the server's secrets and on another function; `only` names what it tries, of all that it can. */
export async function attack(world: World, only?: readonly string[]): Promise<Attempts> {
  const dataDirectory = mkdtempSync(join(tmpdir(), "hallpass-data-"))
  const secretFile = join(dataDirectory, "master-key")
  writeFileSync(secretFile, "the key", { mode: 0o600 })
  mkdirSync(join(dataDirectory, "objects"), { mode: 0o700 })
  const door = createServer((socket) => socket.end("the secret"))
  await new Promise<void>((resolve) => door.listen(join(dataDirectory, "door"), resolve))
  try {
    const secret = "what the victim keeps"
    const codeSecret = `export const codeSecret = ${JSON.stringify("in the code")}`
    const victim = aFunction(`import fs from "node:fs"
      ${codeSecret}
      export const handler = async () => {
        fs.writeFileSync((process.env.TMPDIR ?? "/tmp") + "/kept", ${JSON.stringify(secret)})
        return { port: process.env.AWS_LAMBDA_RUNTIME_API.split(":")[1], root: process.env.LAMBDA_TASK_ROOT, name: process.env.AWS_LAMBDA_LOG_STREAM_NAME }
      }`)
    const { port, root } = answerOf(await world.runtime.invoke(victim, invocation())) as { port: string; root: string }
    const hostile = aFunction(HOSTILE, { timeoutSeconds: 60 })
    return answerOf(
      await world.runtime.invoke(
        hostile,
        invocation({
          ...{ dataDirectory, secretFile, secret, codeSecret, only },
          door: join(dataDirectory, "door"),
          server: process.pid,
          victim: findProcess("bootstrap.mjs"),
          victimPort: Number(port),
          victimCode: root === "/var/task" ? "/nowhere" : root,
        }),
      ),
    ) as Attempts
  } finally {
    door.close()
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}

/** A process of this machine by a part of its command line. */
function findProcess(part: string): number {
  const pid = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .find((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(part)
      } catch {
        return false
      }
    })
  if (pid === undefined) throw new Error(`there is no process ${part}`)
  return Number(pid)
}
