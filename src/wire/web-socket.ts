/**
 * What happens on a connection of the WebSocket protocol (RFC 6455). Each of it takes the way that every request takes, so that it is
 * limited, journalled and explained like one: the handshake is a request of HTTP, and what comes after it has its host and its path.
 */
export type SocketEvent =
  /** It asks for a connection: an answer with `accepts` makes it one. */
  | { is: "handshake" }
  /** The body is the message; the body of the answer, where it has one, is sent as one. */
  | { is: "message"; owner: SocketOwner; isBinary: boolean }
  /** There is nobody left to answer. */
  | { is: "end"; owner: SocketOwner; code: number; reason: string }

/** Whoever has taken a connection, on the service's side of it. */
export interface SocketOwner {
  /** It is open, once. */
  opened(peer: SocketPeer): void
  /** About once a second for as long as it is open. */
  tick(): void
  /** It is over. */
  ended(): void
}

/** Whoever is at the other end. */
export interface SocketPeer {
  /** As one message: of text, where it is UTF-8. False where nothing is sent: it is over, or its reader has not taken what was sent before. */
  send(text: string | Uint8Array): boolean
  /** What a close frame says: a status of RFC 6455, 7.4, and at most 123 bytes. */
  close(code: number, reason: string): void
}

export interface Acceptance {
  owner: SocketOwner
  /** The subprotocol that was chosen: `Sec-WebSocket-Protocol`. */
  protocol?: string
}
