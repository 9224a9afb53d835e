import { type IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import type { HttpRequest, HttpResponse } from "../wire/http.ts"
import type { EndlessBodies } from "./endless.ts"
import { exchangeOf } from "./exchange.ts"
import { NOTHING, readRequest } from "./request.ts"
import { giveUp, sendPieces, setLength } from "./send.ts"
import type { WebSockets } from "./web-sockets.ts"

/**
 * Whether a request asks for a connection of WebSocket messages as RFC 6455 (4.1) has it. What asks for anything else, or has a body, is
 * a request like any: nobody has to answer to `Upgrade` (RFC 9110, 7.8).
 */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13" &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "") &&
    headers["transfer-encoding"] === undefined &&
    (headers["content-length"] ?? "0") === "0"
  )
}

export interface UpgradeOptions {
  proxies: ReadonlySet<string>
  endless: EndlessBodies
  sockets: WebSockets
  answer(request: HttpRequest): Promise<HttpResponse>
  onFault(error: unknown): void
}

const BUSY = (): HttpResponse => ({ status: 503, headers: {}, body: undefined })

/** Answers a handshake: the connection goes on with messages, or ends with the answer. What is sent meanwhile is not read. */
export async function answerHandshake(
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
  { proxies, endless, sockets, answer, onFault }: UpgradeOptions,
): Promise<void> {
  socket.on("error", ignore)
  socket.setTimeout(0)
  // Who did not wait for the answer to the request before would find it among the messages.
  if (exchangeOf(socket)) return void socket.destroy()
  const leave = sockets.enter()
  try {
    const request: HttpRequest = { ...readRequest(incoming, NOTHING, proxies), socket: { is: "handshake" } }
    const response = leave ? await answer(request) : BUSY()
    if (response.accepts) sockets.open({ incoming, socket, head, request }, response.accepts)
    else await refuse(incoming, socket, response, endless)
  } catch (error) {
    onFault(error)
    socket.destroy()
  } finally {
    leave?.()
  }
}

const ignore = (): void => {}

/** Whoever does not take the answer holds nothing for longer than this. */
const REFUSAL_MILLISECONDS = 10_000

async function refuse(
  incoming: IncomingMessage,
  socket: Socket,
  response: HttpResponse,
  endless: EndlessBodies,
): Promise<void> {
  const { body, status, headers } = response
  if (socket.destroyed) return giveUp(body)
  const outgoing = new ServerResponse(incoming)
  outgoing.shouldKeepAlive = false
  outgoing.on("error", ignore)
  outgoing.assignSocket(socket)
  outgoing.once("finish", () => socket.destroySoon())
  socket.setTimeout(REFUSAL_MILLISECONDS, () => socket.destroy())
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    setLength(response, body === undefined ? 0 : Buffer.byteLength(body))
    outgoing.writeHead(status, headers)
    outgoing.end(body)
    return
  }
  outgoing.writeHead(status, headers)
  await sendPieces(body, outgoing, endless)
  outgoing.end()
}
