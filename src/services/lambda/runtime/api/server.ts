import { createServer, type Socket } from "node:net"
import { type Body, type Exchange, serveConnection } from "./connection.ts"
import type { RequestHead } from "./head.ts"

/** A server on the loopback for one environment alone. */
export interface ApiServer {
  /** `127.0.0.1:9001` */
  address: string
  close(): void
}

const CONNECTIONS_AT_MOST = 256
/** Of heads and of requests that wait their turn, on all connections: any of them may be long, and not all. */
const HELD_BYTES_AT_MOST = 16 * 1024 * 1024
/** Who is at the other end is looked up for each connection, which has to cost a hostile function more than the server. */
const CONNECTIONS_A_SECOND = 500

/** Listens on a port of its own. Whoever is not let in is cut off before a byte is read. */
export async function openApi(
  isLetIn: (socket: Socket) => boolean,
  begin: (head: RequestHead, exchange: Exchange) => Body | undefined,
): Promise<ApiServer> {
  const open = new Set<Socket>()
  const hasBudget = createBudget()
  let held = 0
  const holds = (change: number): boolean => {
    held += change
    return held <= HELD_BYTES_AT_MOST
  }
  const server = createServer({ noDelay: true, keepAlive: false }, (socket) => {
    if (open.size >= CONNECTIONS_AT_MOST || !hasBudget() || !isLetIn(socket)) return void socket.destroy()
    open.add(socket)
    serveConnection(socket, { begin, holds, onClose: () => open.delete(socket) })
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  server.unref()
  const { port } = server.address() as { port: number }
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

function createBudget(): () => boolean {
  let second = 0
  let count = 0
  return () => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      second = now
      count = 0
    }
    return ++count <= CONNECTIONS_A_SECOND
  }
}
