import assert from "node:assert/strict"
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { test } from "node:test"
import { eventually } from "../../test/harness/eventually.ts"
import { listen } from "../server.ts"

const answer = async () => ({ status: 403, headers: {}, body: "no" })

async function refused(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {})
  socket.write("PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nsome of it")
  const [text] = await once(socket, "data")
  assert.match(String(text), /^HTTP\/1.1 403 /)
  return socket.resume()
}

test("of many connections that linger, the first are cut, after their answers", async () => {
  const server = await listen({ host: "127.0.0.1", port: 0, trustedProxies: [], answer, onFault: assert.fail })
  const sockets: Socket[] = []
  try {
    for (let i = 0; i < 74; i++) sockets.push(await refused(server.port))
    const open = () => sockets.filter((socket) => !socket.readableEnded)
    await eventually(() => open().length <= 64)
    assert.deepEqual(open(), sockets.slice(10))
  } finally {
    for (const socket of sockets) socket.destroy()
    await server.close()
  }
})
