/** What happens on a connection of a WebSocket API, as `$context` and events of functions tell it. */
export interface SocketContext {
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT"
  routeKey: string
  connectionId: string
  /** Milliseconds since the epoch. */
  connectedAt: number
  messageId?: string
  disconnectStatusCode?: number
  disconnectReason?: string
}
