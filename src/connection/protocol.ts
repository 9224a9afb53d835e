import type { Server } from "node:http"
import type { Socket } from "node:net"
import type { TLSSocket } from "node:tls"
import { type Place, Queue } from "./queue.ts"

/** Who speaks TLS says in its handshake which protocols it knows; the first of these that it does is spoken. */
export const ALPN_PROTOCOLS = ["h2", "http/1.1"]

/** Connections that have said nothing yet. */
export interface Unheard {
  /** Ends them: nothing was asked on them. */
  close(): void
}

/**
 * Gives connections of HTTP/2 to `take`, and leaves the others to `node:http`. Without TLS a client that knows that the
 * server speaks it begins at once with a preface (RFC 9113, 3.3), which is no request of HTTP/1.1: its method is `PRI`.
 */
export function divertHttp2(
  server: Server,
  isSecure: boolean,
  take: (socket: Socket) => void,
  silence: number,
): Unheard {
  const event = isSecure ? "secureConnection" : "connection"
  const listeners = server.listeners(event)
  const leave = (socket: Socket) => {
    for (const listener of listeners) listener.call(server, socket)
  }
  server.removeAllListeners(event)
  if (isSecure) {
    server.on(event, (socket: TLSSocket) => (socket.alpnProtocol === "h2" ? take(socket) : leave(socket)))
    return { close: () => {} }
  }
  const unheard = new Queue<Waiting>()
  let sweep: NodeJS.Timeout | undefined
  server.on(event, (socket: Socket) => {
    const waiting = new Waiting(socket, (isHttp2) => {
      if (isHttp2) return take(socket)
      leave(socket)
      socket.resume()
    })
    waiting.place = unheard.enter(waiting)
    sweep ??= setInterval(endSilent, silence / SWEEPS).unref()
  })

  function endSilent(): void {
    for (const waiting of unheard) if (waiting.sweeps++ === SWEEPS) waiting.socket.destroy()
    if (unheard.size > 0) return
    clearInterval(sweep)
    sweep = undefined
  }

  return {
    close() {
      for (const { socket } of unheard) socket.destroy()
    },
  }
}

const PREFACE = "PRI"
/** A silent connection is looked at so often before it is ended. */
const SWEEPS = 5

/** A connection whose first bytes are waited for. They are put back. */
class Waiting {
  readonly socket: Socket
  place: Place<Waiting> | undefined
  sweeps = 0
  #heard: Buffer | undefined
  readonly #onHeard: (isHttp2: boolean) => void

  constructor(socket: Socket, onHeard: (isHttp2: boolean) => void) {
    this.socket = socket
    this.#onHeard = onHeard
    socket.on("data", this.#read).on("end", this.#end).on("error", ignore).on("close", this.#close)
  }

  readonly #read = (piece: Buffer): void => {
    const { socket } = this
    const heard = this.#heard ? Buffer.concat([this.#heard, piece]) : piece
    this.#heard = heard
    // So few bytes may still become one.
    if (heard.length < PREFACE.length && PREFACE.startsWith(heard.toString("latin1"))) return
    this.place?.leave()
    socket.off("data", this.#read).off("end", this.#end).off("error", ignore).off("close", this.#close)
    socket.pause()
    socket.unshift(heard)
    this.#onHeard(heard.toString("latin1", 0, PREFACE.length) === PREFACE)
  }

  readonly #end = (): void => void this.socket.destroy()
  readonly #close = (): void => this.place?.leave()
}

const ignore = (): void => {}
