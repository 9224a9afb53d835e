import type { ServerHttp2Session } from "node:http2"
import type { Socket } from "node:net"

/** One connection of HTTP/2. */
export interface Connection {
  session: ServerHttp2Session
  socket: Socket
  /** The caller's address. */
  peer: string
  isEncrypted: boolean
  /** Requests that are not answered yet, or whose answers are not taken yet. */
  exchanges: number
  /** Of answers that lie here until their reader takes them. */
  unsentBytes: number
}

/** A peer that does not read cannot hear that the connection ends. */
const FAREWELL_MILLISECONDS = 5_000

/** Takes no more requests and ends the connection with the last of its answers, which has so long to be taken. */
export function farewell({ session, socket }: Connection, code?: number): void {
  if (session.destroyed) return
  if (code !== undefined) session.goaway(code)
  session.close()
  const cut = setTimeout(() => socket.destroy(), FAREWELL_MILLISECONDS)
  socket.once("close", () => clearTimeout(cut))
}
