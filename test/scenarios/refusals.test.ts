import assert from "node:assert/strict"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { connect } from "node:net"
import { test } from "node:test"
import { startServerProcess } from "../harness/server-process.ts"

const skip = process.platform === "linux" ? false : "what a process has in memory is read as Linux tells it"
const AT_ONCE = 8

/** Refused, each on a connection of its own. */
async function refuse(port: number, count: number): Promise<void> {
  const one = async () => {
    const socket = connect(port, "127.0.0.1")
    socket.resume().write("GET /bucket/key HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
    await once(socket, "close")
  }
  for (let i = 0; i < count; i += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, one))
}

const residentMebibytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

test("a server that has refused much is hardly larger than before", { skip }, async () => {
  const server = await startServerProcess(["--memory"])
  try {
    const port = Number(new URL(server.url).port)
    await refuse(port, 2_000)
    const before = residentMebibytes(server.pid)
    await refuse(port, 8_000)
    const grown = residentMebibytes(server.pid) - before
    assert.ok(grown < 24, `it has grown by ${grown} MiB`)
  } finally {
    await server.stop()
  }
})
