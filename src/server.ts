import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { HttpRequest, HttpResponse } from "./wire/http.ts"

export interface ServerOptions {
  host: string
  port: number
  /** Peers whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  trustedProxies: readonly string[]
  answer(request: HttpRequest): Promise<HttpResponse>
  /** Told of what went wrong after an answer had begun, or outside any answer. */
  onFault(error: unknown): void
}

export interface RunningServer {
  port: number
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
/** How much of a body that no one wants is read, so that its sender hears the answer, before the connection is cut. */
const UNWANTED_BYTES = 64 * 1024 * 1024
/** Requests in flight have so long to end when the server is to. */
const CLOSING_MILLISECONDS = 30_000
const SWEEP_MILLISECONDS = 250

/** What node:http could not make a request of. */
const CLIENT_ERRORS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
}

/** node:http to requests and back. */
export function listen(options: ServerOptions): Promise<RunningServer> {
  const proxies = new Set(options.trustedProxies)
  const server = createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      requestTimeout: 0,
      headersTimeout: HEADER_MILLISECONDS,
      maxHeaderSize: HEADER_LIMIT_BYTES,
    },
    (incoming, outgoing) => {
      serve(incoming, outgoing, server, proxies, options).catch((error) => {
        options.onFault(error)
        // Whatever went wrong, nobody is left waiting.
        if (!outgoing.headersSent) outgoing.writeHead(500, { "content-length": 0 }).end()
        else outgoing.destroy()
      })
    },
  )
  // Clients that wait for `100 Continue` (the AWS CLI's uploads) get it at once: the answer decides, not the header.
  server.on("checkContinue", (incoming, outgoing) => {
    outgoing.writeContinue()
    server.emit("request", incoming, outgoing)
  })
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ""] ?? "400 Bad Request"
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    else socket.destroy()
  })
  server.timeout = SILENCE_MILLISECONDS
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port, options.host, () => {
      server.removeListener("error", reject)
      server.on("error", options.onFault)
      resolve({ port: (server.address() as { port: number }).port, close: () => close(server) })
    })
  })
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  server: Server,
  proxies: ReadonlySet<string>,
  options: ServerOptions,
): Promise<void> {
  const response = await options.answer(readRequest(incoming, proxies))
  if (outgoing.destroyed) return
  // A connection that is kept alive would keep the closing server: it ends with this answer.
  if (!server.listening) outgoing.shouldKeepAlive = false
  const { body } = response
  response.headers = inSendableOrder(response.headers)
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    const bytes = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.byteLength
    const { headers } = response
    const hasLength = headers["content-length"] !== undefined || headers["Content-Length"] !== undefined
    if (!hasLength && response.status !== 204 && response.status !== 304) headers["content-length"] = bytes
    outgoing.writeHead(response.status, response.headers)
    outgoing.end(incoming.method === "HEAD" ? undefined : body)
  } else {
    outgoing.writeHead(response.status, response.headers)
    await pipeline(Readable.from(body), outgoing).catch((error) => {
      // A reader that went away is no fault of ours. A store that failed in the middle is: the connection is cut.
      if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error
    })
  }
  if (!incoming.complete) discard(incoming)
}

/** What is left of a body that no one wanted would be taken for the next request, and stands between it and its sender. */
function discard(incoming: IncomingMessage): void {
  let left = UNWANTED_BYTES
  incoming.unpipe()
  incoming.removeAllListeners("data")
  incoming.on("data", (bytes: Buffer) => {
    left -= bytes.length
    if (left < 0) incoming.destroy()
  })
  incoming.on("error", () => {})
  incoming.resume()
}

/**
 * After a Content-Length, node:http takes a Content-Disposition for UTF-8 and then refuses what is not ASCII in it
 * (nodejs/node pull request 46528): it goes before.
 */
function inSendableOrder(headers: HttpResponse["headers"]): HttpResponse["headers"] {
  const disposition = headers["Content-Disposition"]
  return disposition === undefined ? headers : { "Content-Disposition": disposition, ...headers }
}

function readRequest(incoming: IncomingMessage, proxies: ReadonlySet<string>): HttpRequest {
  const url = originForm(incoming.url ?? "/")
  const question = url.indexOf("?")
  const peer = normaliseAddress(incoming.socket.remoteAddress ?? "")
  const headers = incoming.headers as HttpRequest["headers"]
  // The one header that node:http gives as a list. No client sends it, but anybody may.
  const cookies = incoming.headers["set-cookie"]
  if (cookies) headers["set-cookie"] = cookies.join(", ")
  const trusted = proxies.has(peer)
  return {
    method: incoming.method ?? "GET",
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? "" : url.slice(question + 1),
    headers,
    rawHeaders: incoming.rawHeaders,
    body: incoming,
    remoteAddress: trusted ? (forwardedFor(headers["x-forwarded-for"], proxies) ?? peer) : peer,
    secure: trusted && headers["x-forwarded-proto"] === "https",
  }
}

/** A proxy's absolute form (`GET http://host/path`) is made the origin form. */
function originForm(url: string): string {
  if (url.startsWith("/")) return url
  const absolute = /^https?:\/\/[^/?]*(.*)$/i.exec(url)
  const rest = absolute?.[1] ?? ""
  return rest.startsWith("/") ? rest : `/${rest}`
}

/** The nearest address that is no trusted proxy: what is further left, anybody can have written. */
function forwardedFor(header: string | undefined, proxies: ReadonlySet<string>): string | undefined {
  const addresses = (header ?? "").split(",").map((address) => normaliseAddress(address.trim()))
  return addresses.findLast((address) => address !== "" && !proxies.has(address))
}

/** Sockets that listen on both families give IPv4 callers as `::ffff:1.2.3.4`; conditions on `aws:SourceIp` do not. */
const normaliseAddress = (address: string): string =>
  address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), CLOSING_MILLISECONDS)
    // Answers that had begun before may have promised to keep their connections.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MILLISECONDS)
    server.close(() => {
      clearTimeout(timer)
      clearInterval(sweep)
      resolve()
    })
    server.closeIdleConnections()
  })
}
