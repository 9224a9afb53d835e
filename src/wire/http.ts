import type { Acceptance, SocketEvent } from "./web-socket.ts"

/** A request as the server read it: nothing decoded yet, nothing trusted. */
export interface HttpRequest {
  method: string
  /** The path as it was sent, percent-encoding and all, without the query. */
  path: string
  /** The query as it was sent, without the `?`; empty where there is none. */
  query: string
  /** Names in lower case, repeated headers joined by `, ` as `node:http` does. */
  headers: Record<string, string | undefined>
  /** Names and values in turn, as they were sent: signatures need the repeated ones in order. */
  rawHeaders: readonly string[]
  /**
   * The whole body, or a stream of it where the operation takes a streaming payload. A piece of the stream is good until
   * the next one is asked for.
   */
  body: Uint8Array | AsyncIterable<Uint8Array>
  /** The caller's address, IPv4-mapped IPv6 already made IPv4. */
  remoteAddress: string
  /** Whether the caller reached us by TLS (directly, or as a trusted proxy says). */
  secure: boolean
  /** Where it is of the WebSocket protocol. */
  socket?: SocketEvent
}

export interface HttpResponse {
  status: number
  headers: Record<string, string | number | string[]>
  /** A stream's pieces are good until the next one is asked for. */
  body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
  /** Of a handshake: the connection goes on as one of WebSocket messages, and nothing else of the answer is sent. */
  accepts?: Acceptance
}

/** A body that goes on for as long as it is read. */
export interface EndlessBody extends AsyncIterable<Uint8Array> {
  /** Its reader has gone, or the server is to end: whoever waits for the next piece is told that there is none. */
  end(): void
}
