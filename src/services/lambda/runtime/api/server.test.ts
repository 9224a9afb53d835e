import assert from "node:assert/strict"
import { once } from "node:events"
import { connect } from "node:net"
import { test } from "node:test"
import { openApi } from "./server.ts"

test("who has looking up made dear is looked up less often", async () => {
  let looked = 0
  const api = await openApi(
    () => {
      looked++
      const { user } = process.threadCpuUsage()
      while (process.threadCpuUsage().user - user < 60_000);
      return true
    },
    () => undefined,
  )
  const [host, port] = api.address.split(":")
  const sockets = Array.from({ length: 40 }, () => connect(Number(port), host).on("error", () => {}))
  const closed = sockets.map((socket) => once(socket, "close"))
  await Promise.race(closed)
  api.close()
  for (const socket of sockets) socket.destroy()
  assert.ok(looked < sockets.length, `${looked}`)
})
