// The floor of running functions: what Node takes to write an event to another process and to read its answer, over the
// sockets that environments have, and as many of them at a time as the load has connections. Tells its own CPU.
import { spawn } from "node:child_process"
import type { Socket } from "node:net"
import { CONNECTIONS } from "./load.ts"

/** As long as what the runtime sends and gets of a small event. */
const EVENT = "e".repeat(420)
const ANSWER_BYTES = 330
const ECHO = `const { Socket } = require("node:net")
const socket = new Socket({ fd: 3 })
socket.on("data", () => socket.write("a".repeat(${ANSWER_BYTES})))
socket.on("close", () => process.exit())
socket.write("ready")`

const children = Array.from({ length: CONNECTIONS }, () =>
  spawn(process.execPath, ["-e", ECHO], { stdio: ["ignore", "ignore", "ignore", "pipe"] }),
)
const lines = children.map((child) => (child.stdio as readonly unknown[])[3] as Socket)
await Promise.all(lines.map((line) => new Promise((resolve) => line.once("data", resolve))))

function goThere(count: number): Promise<void> {
  return new Promise((resolve) => {
    let begun = 0
    let ended = 0
    for (const line of lines) {
      line.removeAllListeners("data")
      line.on("data", () => {
        if (++ended === count) resolve()
        else if (begun < count) {
          begun++
          line.write(EVENT, "latin1")
        }
      })
      begun++
      line.write(EVENT, "latin1")
    }
  })
}

const count = Number(process.argv[2])
await goThere(count)
const before = process.cpuUsage()
await goThere(count)
const { user, system } = process.cpuUsage(before)
process.send?.((user + system) / count)
for (const child of children) child.kill()
