import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { WebSocketServer } from "ws"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"
import type { Acceptance } from "../wire/web-socket.ts"
import { MESSAGE_BYTES, SocketConnection } from "./socket-connection.ts"

/** The connections of the WebSocket protocol, from their handshakes to their ends. */
export interface WebSockets {
  /** Whether there is room for one more; whoever has it gives it back. */
  enter(): (() => void) | undefined
  /** Goes on with a connection whose handshake was accepted. */
  open(upgraded: Upgraded, accepts: Acceptance): void
  /** Tells everybody that the server goes away. Resolves when all are gone, and what their ends ask for is done. */
  close(): Promise<void>
  /** Ends what is still there. */
  destroy(): void
}

/** What a handshake came with. */
export interface Upgraded {
  incoming: IncomingMessage
  socket: Duplex
  /** What came behind the head. */
  head: Buffer
  request: HttpRequest
}

export interface WebSocketOptions {
  answer(request: HttpRequest): Promise<HttpResponse>
  onFault(error: unknown): void
}

/** With what each of them may hold, they fill no more than some hundred megabytes. */
const CONNECTIONS_AT_MOST = 10_000
/** What has been sent and not taken, and what has come of messages that are not whole, of all of them together. */
const HELD_BYTES_AT_MOST = 64 * 1024 * 1024
/** Whoever does not answer a close frame in time (milliseconds) is cut off. The types of `ws` do not know the option yet. */
const CLOSING = { closeTimeout: 5_000 }
const TICK_MILLISECONDS = 1_000
const GOING_AWAY = 1001

export function createWebSockets(options: WebSocketOptions): WebSockets {
  const connections = new Set<SocketConnection>()
  /** What somebody waits for before the store may be closed. */
  const underWay = new Set<Promise<void>>()
  const held = { bytes: 0, atMost: HELD_BYTES_AT_MOST }
  const protocols = new WeakMap<IncomingMessage, string>()
  let places = 0
  let isClosing = false
  let ticking: NodeJS.Timeout | undefined
  // Compression would keep hundreds of kilobytes for each connection, and lets a message be longer than what came of it.
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES,
    maxFragments: 1_024,
    maxBufferedChunks: 4_096,
    ...CLOSING,
    // What was chosen is said by the handler: its own words, or nothing.
    handleProtocols: () => false,
  })
  server.on("headers", (headers, incoming) => {
    const protocol = protocols.get(incoming)
    if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${protocol}`)
  })

  function track(work: Promise<void>): void {
    underWay.add(work)
    work.finally(() => underWay.delete(work))
  }

  const tick = () => {
    for (const connection of connections) connection.tick()
  }

  function leave(connection: SocketConnection): void {
    places--
    connections.delete(connection)
    if (connections.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }

  return {
    enter() {
      if (isClosing || places >= CONNECTIONS_AT_MOST) return undefined
      places++
      const { promise, resolve } = Promise.withResolvers<void>()
      track(promise)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        places--
        resolve()
      }
    },
    open({ incoming, socket, head, request }, { owner, protocol }) {
      places++
      const connection = new SocketConnection(request, owner, { ...options, held, track, onEnd: leave })
      connections.add(connection)
      if (protocol !== undefined) protocols.set(incoming, protocol)
      let isOpen = false
      connection.watch(socket)
      server.handleUpgrade(incoming, socket, head, (webSocket) => {
        isOpen = true
        connection.open(webSocket)
      })
      // It has gone while it was waited for.
      if (!isOpen) connection.fail()
      else if (isClosing) connection.close(GOING_AWAY, "")
      ticking ??= setInterval(tick, TICK_MILLISECONDS).unref()
    },
    async close() {
      isClosing = true
      for (const connection of connections) connection.close(GOING_AWAY, "")
      while (underWay.size > 0 || connections.size > 0) {
        await Promise.allSettled([...underWay, ...[...connections].map(({ ended }) => ended)])
      }
    },
    destroy() {
      for (const connection of connections) connection.cut()
    },
  }
}
