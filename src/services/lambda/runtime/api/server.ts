import { createServer, type Socket } from "node:net"
import { type Body, type Exchange, serveConnection } from "./connection.ts"
import type { RequestHead } from "./head.ts"

/** A server on the loopback for one environment alone. */
export interface ApiServer {
  /** `127.0.0.1:9001` */
  address: string
  /** Answers on a connection that was made before. */
  serve(socket: Socket): void
  close(): void
}

const CONNECTIONS_AT_MOST = 256
/** Of heads and of requests that wait their turn, on all connections: any of them may be long, and not all. */
const HELD_BYTES_AT_MOST = 16 * 1024 * 1024
/**
 * Who is at the other end is looked up for each connection, in a list of all connections of the machine, which a hostile
 * function can make long: it is done so often, and takes so much of this thread, and no more.
 */
const CONNECTIONS_A_SECOND = 500
const LOOKUP_MICROSECONDS_A_SECOND = 100_000

/** Listens on a port of its own. Whoever is not let in is cut off before a byte is read. */
export async function openApi(
  isLetIn: (socket: Socket) => boolean,
  begin: (head: RequestHead, exchange: Exchange) => Body | undefined,
): Promise<ApiServer> {
  const open = new Set<Socket>()
  const look = withinBudget(isLetIn)
  let held = 0
  const holds = (change: number): boolean => {
    held += change
    return held <= HELD_BYTES_AT_MOST
  }
  function serve(socket: Socket): void {
    open.add(socket)
    serveConnection(socket, { begin, holds, onClose: () => open.delete(socket) })
  }
  const server = createServer({ noDelay: true, keepAlive: false }, (socket) => {
    if (open.size >= CONNECTIONS_AT_MOST || !look(socket)) return void socket.destroy()
    serve(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  server.unref()
  const { port } = server.address() as { port: number }
  return {
    address: `127.0.0.1:${port}`,
    serve,
    close() {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** False of what comes when the budget of the second is used up. */
function withinBudget(isLetIn: (socket: Socket) => boolean): (socket: Socket) => boolean {
  let second = 0
  let count = 0
  let spent = 0
  return (socket) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      second = now
      count = 0
      spent = 0
    }
    if (++count > CONNECTIONS_A_SECOND || spent > LOOKUP_MICROSECONDS_A_SECOND) return false
    const before = process.threadCpuUsage()
    const isIn = isLetIn(socket)
    const { user, system } = process.threadCpuUsage(before)
    spent += user + system
    return isIn
  }
}
