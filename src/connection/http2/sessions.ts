import {
  constants,
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2"
import type { Socket } from "node:net"
import { addressOf } from "../request.ts"
import { type Connection, farewell } from "./connection.ts"
import { type ServingOptions, serveStream } from "./exchange.ts"

/** The connections of HTTP/2, each with many requests at once. */
export interface Sessions {
  take(socket: Socket): void
  /** No request is taken any more; each connection ends with the last of its answers. */
  close(): void
  /** Ends what is still there. */
  destroy(): void
}

export interface SessionOptions extends ServingOptions {
  /** How long a connection may be there before its first request. */
  headerMilliseconds: number
  /** And how long after the last answer. */
  keepAliveMilliseconds: number
  /** A request may take as long as it likes, but not without a byte in either direction for so long. */
  silenceMilliseconds: number
}

/** As many as nginx serves at once on a connection. */
const STREAMS_AT_ONCE = 128
/** With those that were taken back while they were being answered. */
const EXCHANGES_AT_ONCE = 2 * STREAMS_AT_ONCE
/** A connection that does not take its answers gets no more of them than so many, and may ask for the rest later. */
const UNSENT_BYTES = 32 * 1024 * 1024
/** More fields than a head of any client has: each may be as long as what it is compressed with (4 KiB), whatever is sent of it. */
const HEADER_FIELDS = 500

/**
 * What a connection may cost beside its requests is bounded by nghttp2 and node:http2: how many frames continue a head (8), how many
 * settings and pings wait to be acknowledged (1000), frames that are empty or invalid, requests that are taken back
 * at once (a burst, and then so many a second), and the memory of all its streams with what they have not sent (in MB): a
 * request beyond it is told to calm down.
 */
const FRAMES = {
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  maxSettings: 32,
  streamResetBurst: EXCHANGES_AT_ONCE,
  streamResetRate: 32,
  maxSessionMemory: 64,
}

export function createSessions(options: SessionOptions): Sessions {
  const sessions = new Set<ServerHttp2Session>()
  const { headerBytes: maxHeaderListSize } = options
  const settings = { maxConcurrentStreams: STREAMS_AT_ONCE, maxHeaderListSize, enablePush: false }
  const handshake = { ...FRAMES, settings, maxHeaderListPairs: HEADER_FIELDS }

  function take(socket: Socket): void {
    const session = performServerHandshake(socket, handshake)
    const isEncrypted = "encrypted" in socket
    const connection: Connection = {
      session,
      socket,
      peer: addressOf(socket),
      isEncrypted,
      exchanges: 0,
      unsentBytes: 0,
    }
    const leave = () => farewell(connection)
    // Frames that ask for nothing keep no connection open.
    let idle = setTimeout(leave, options.headerMilliseconds)
    sessions.add(session)
    session.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _: number, raw: string[]) => {
      stream.on("error", ignore)
      if (connection.exchanges >= EXCHANGES_AT_ONCE || connection.unsentBytes > UNSENT_BYTES)
        return stream.close(constants.NGHTTP2_REFUSED_STREAM)
      clearTimeout(idle)
      connection.exchanges++
      stream.setTimeout(options.silenceMilliseconds, () => cut(stream))
      void serveStream(connection, { stream, headers, raw }, options)
        .catch((error: unknown) => {
          options.onFault(error)
          cut(stream)
        })
        .finally(() => {
          if (--connection.exchanges === 0 && !session.destroyed)
            idle = setTimeout(leave, options.keepAliveMilliseconds)
        })
    })
    session.on("error", ignore)
    // Sockets of node:http stay open for answers after their end; a peer of HTTP/2 that ends has gone.
    socket.on("end", () => session.destroy())
    session.on("close", () => {
      clearTimeout(idle)
      sessions.delete(session)
    })
  }

  return {
    take,
    close() {
      for (const session of sessions) session.close()
    },
    destroy() {
      for (const session of sessions) session.destroy()
    },
  }
}

/** What goes wrong on a connection ends it, and is no fault of the server's. */
const ignore = () => {}

/** Ends a stream as broken: to close it would first end what it has sent, as if that were all. */
const cut = (stream: ServerHttp2Stream): void => void stream.destroy(new Error("the stream is given up"))
