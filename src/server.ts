import { createServer, type Server, type ServerResponse } from "node:http"
import { createServer as createSecureServer } from "node:https"
import type { Socket } from "node:net"
import type { SecureContextOptions } from "node:tls"
import { createBodyMemory } from "./connection/body-memory.ts"
import { createEndlessBodies, type EndlessBodies } from "./connection/endless.ts"
import {
  breakOff,
  type Exchange,
  enterExchange,
  exchangeOf,
  leaveExchange,
  openExchange,
} from "./connection/exchange.ts"
import { createSessions, type Sessions } from "./connection/http2/sessions.ts"
import type { BodyLimits } from "./connection/incoming-body.ts"
import { Message } from "./connection/message.ts"
import { createPace, type PaceLimits } from "./connection/pace.ts"
import { ALPN_PROTOCOLS, divertHttp2, type Unheard } from "./connection/protocol.ts"
import { hasSeveralHosts, readRequest } from "./connection/request.ts"
import { send } from "./connection/send.ts"
import { answerHandshake, isHandshake } from "./connection/upgrade.ts"
import { createWebSockets, type WebSockets } from "./connection/web-sockets.ts"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"

export interface ServerOptions {
  host: string
  port: number
  /** Whether other processes listen there too, each of whose connections the operating system gives to one of them. */
  sharesPort?: boolean
  /** The certificate and key to speak https with; http where there is none. */
  tls?: SecureContextOptions | undefined
  /** Peers whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  trustedProxies: readonly string[]
  answer(request: HttpRequest): Promise<HttpResponse>
  /** Told of what went wrong after an answer had begun, or outside any answer. */
  onFault(error: unknown): void
  /** How slow a body may be, where it is not as slow as ever. */
  pace?: PaceLimits
}

export interface RunningServer {
  port: number
  /** Takes another certificate for connections to come. */
  renew(tls: SecureContextOptions): void
  /** Stops listening and resolves when the requests in flight have been answered. */
  close(): Promise<void>
}

/** The longest that a kept-alive connection may idle; longer than AWS's clients keep theirs. */
const KEEP_ALIVE_MILLISECONDS = 65_000
/** Session tokens and metadata make long headers; what is longer is refused with 431. */
const HEADER_LIMIT_BYTES = 64 * 1024
const HEADER_MILLISECONDS = 30_000
/** A request may take as long as it likes, but not without a byte in either direction for so long. */
const SILENCE_MILLISECONDS = 120_000
/** Requests in flight have so long to end when the server is to. */
const CLOSING_MILLISECONDS = 30_000
const SWEEP_MILLISECONDS = 250

/** What node:http could not make a request of. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
}

/** node:http and node:http2 to requests and back, on one port. */
export function listen(options: ServerOptions): Promise<RunningServer> {
  const proxies = new Set(options.trustedProxies)
  const limits: BodyLimits = { memory: createBodyMemory(), pace: createPace(options.pace) }
  const endless = createEndlessBodies()
  const settings = {
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    requestTimeout: 0,
    headersTimeout: HEADER_MILLISECONDS,
    maxHeaderSize: HEADER_LIMIT_BYTES,
    IncomingMessage: Message,
    shouldUpgradeCallback: isHandshake,
  }
  const secure =
    options.tls &&
    createSecureServer<typeof Message>({
      ...settings,
      ...options.tls,
      handshakeTimeout: HEADER_MILLISECONDS,
      ALPNProtocols: ALPN_PROTOCOLS,
    })
  const server: Server<typeof Message> = secure ?? createServer<typeof Message>(settings)
  const begin = async (incoming: Message, outgoing: ServerResponse, awaitsContinue: boolean) => {
    const exchange = openExchange(incoming, outgoing, limits, awaitsContinue)
    const { socket } = incoming
    enterExchange(socket, exchange)
    try {
      await serve(exchange, server, proxies, endless, options)
    } catch (error) {
      options.onFault(error)
      outgoing.destroy()
    } finally {
      leaveExchange(socket, exchange)
    }
  }
  server.on("request", (incoming, outgoing) => begin(incoming, outgoing, false))
  // Clients that wait for `100 Continue` (the AWS CLI's uploads) get it when the body is first asked for.
  server.on("checkContinue", (incoming, outgoing) => begin(incoming, outgoing, true))
  // Any other expectation is ignored, as S3 ignores it.
  server.on("checkExpectation", (incoming, outgoing) => begin(incoming, outgoing, false))
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const exchange = exchangeOf(socket as Socket)
    if (exchange) return breakOff(exchange)
    const status = CLIENT_ERRORS[error.code ?? ""] ?? "400 Bad Request"
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    else socket.destroy()
  })
  const sockets = createWebSockets(options)
  server.on("upgrade", (incoming, socket, head) =>
    answerHandshake(incoming, socket as Socket, head, { ...options, proxies, endless, sockets }),
  )
  server.timeout = SILENCE_MILLISECONDS
  const sessions = createSessions({
    limits,
    endless,
    proxies,
    answer: options.answer,
    onFault: options.onFault,
    headerBytes: HEADER_LIMIT_BYTES,
    headerMilliseconds: HEADER_MILLISECONDS,
    keepAliveMilliseconds: KEEP_ALIVE_MILLISECONDS,
    silenceMilliseconds: SILENCE_MILLISECONDS,
  })
  const unheard = divertHttp2(server, secure !== undefined, sessions.take, HEADER_MILLISECONDS)
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    const { host, port, sharesPort = false } = options
    // A connection that another process hands over is lost where its receiver dies before it is there; one that waits in
    // a dead process's own queue is refused. Elsewhere than on Linux, systems do not share them out.
    server.listen({ host, port, reusePort: sharesPort && process.platform === "linux" }, () => {
      server.removeListener("error", reject)
      server.on("error", options.onFault)
      resolve({
        port: (server.address() as { port: number }).port,
        renew: (tls) => secure?.setSecureContext(tls),
        close: () => close(server, sessions, unheard, endless, sockets),
      })
    })
  })
}

async function serve(
  exchange: Exchange,
  server: Server,
  proxies: ReadonlySet<string>,
  endless: EndlessBodies,
  options: ServerOptions,
) {
  const { incoming, body } = exchange
  let response = BAD_REQUEST()
  try {
    if (!hasSeveralHosts(incoming)) response = await options.answer(readRequest(incoming, body, proxies))
  } catch (error) {
    options.onFault(error)
    response.status = 500
  }
  body.abandon()
  // A connection that is kept alive would keep the closing server: it ends with this answer.
  await send(exchange, response, server.listening, endless)
}

const BAD_REQUEST = (): HttpResponse => ({ status: 400, headers: {}, body: undefined })

async function close(
  server: Server,
  sessions: Sessions,
  unheard: Unheard,
  endless: EndlessBodies,
  sockets: WebSockets,
): Promise<void> {
  const goodbyes = sockets.close()
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections()
      sessions.destroy()
      sockets.destroy()
    }, CLOSING_MILLISECONDS)
    // Answers that had begun before may have promised to keep their connections.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS)
    server.close(() => {
      clearTimeout(timer)
      clearInterval(sweep)
      resolve()
    })
    server.closeIdleConnections()
    sessions.close()
    unheard.close()
    endless.endAll()
  })
  await goodbyes
}
