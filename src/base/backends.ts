import { lookup as systemLookup } from "node:dns"
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http"
import { Agent as HttpsAgent, request as httpsRequest } from "node:https"
import { isIP, type LookupFunction } from "node:net"
import { lookupWithin, UnreachableError } from "./outgoing.ts"
import { isPublicAddress } from "./public-address.ts"

/** A request to a server that somebody has put behind this one. */
export interface BackendRequest {
  /** `http://host:port`: nothing of it but who is asked. */
  origin: string
  method: string
  /** As it is sent, with the query. */
  path: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array
  /** From the beginning to the last byte of the answer. */
  timeoutMilliseconds: number
  /** The most bytes of an answer. */
  maximumBytes: number
  /** The certificate is not looked at: whoever configured it says so. */
  isUnverified?: boolean
}

export interface BackendResponse {
  status: number
  /** Names and values in turn, as they came. */
  rawHeaders: readonly string[]
  body: Buffer
}

export type BackendProblem = "not a target" | "late" | "too long" | "unreachable"

/** No whole answer came. The message is for whoever runs the server. */
export class BackendError extends Error {
  override name = "BackendError"
  readonly problem: BackendProblem

  constructor(problem: BackendProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

export interface Backends {
  /** Throws BackendErrors and nothing else. Redirects are the caller's to follow. */
  ask(request: BackendRequest): Promise<BackendResponse>
  close(): void
}

/** API Gateway Developer Guide, "HTTP integrations": the ports that are taken. */
const isPort = (port: number): boolean => port === 80 || port === 443 || (port >= 1024 && port <= 65_535)

const AGENT = { keepAlive: true, maxFreeSockets: 32, timeout: 10_000 } as const
const RESPONSE_HEADER_BYTES = 64 * 1024

/**
 * Asks servers whose places are configuration: by whoever may configure APIs, so that they lead to the Internet at large alone,
 * unless the operator has named the place. As in `outgoing`, the addresses count that are about to be connected to.
 */
export function createBackends(
  targets: readonly string[],
  lookup: LookupFunction = systemLookup as LookupFunction,
): Backends {
  const named = new Set(targets.map((url) => new URL(url).origin))
  const outside = lookupWithin("public", lookup)
  // A connection is used again for requests of the same reach alone: what it leads to was held against that.
  const agents = {
    named: { "http:": new HttpAgent(AGENT), "https:": new HttpsAgent(AGENT) },
    public: { "http:": new HttpAgent(AGENT), "https:": new HttpsAgent(AGENT) },
  }

  async function ask(request: BackendRequest, isSecondTry = false): Promise<BackendResponse> {
    const url = originOf(request.origin)
    const isNamed = named.has(url.origin)
    if (!isNamed) assertPublic(url)
    const protocol = url.protocol as "http:" | "https:"
    const signal = AbortSignal.timeout(request.timeoutMilliseconds)
    let isReused = false
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = (protocol === "https:" ? httpsRequest : httpRequest)(
          {
            protocol,
            host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
            port: url.port || (protocol === "https:" ? 443 : 80),
            method: request.method,
            path: request.path,
            headers: request.headers.flat(),
            setHost: false,
            maxHeaderSize: RESPONSE_HEADER_BYTES,
            signal,
            agent: (isNamed ? agents.named : agents.public)[protocol],
            lookup: isNamed ? lookup : outside,
            ...(request.isUnverified && { rejectUnauthorized: false }),
          },
          resolve,
        )
        outgoing.on("error", (error) => {
          isReused = outgoing.reusedSocket
          reject(error)
        })
        outgoing.on("upgrade", (_, socket) => {
          socket.destroy()
          reject(new BackendError("unreachable", "answers with another protocol"))
        })
        outgoing.end(request.body)
      })
      const { statusCode: status = 502, rawHeaders } = response
      return { status, rawHeaders, body: await readWhole(response, request.maximumBytes) }
    } catch (cause) {
      if (cause instanceof BackendError) throw cause
      if (signal.aborted) throw new BackendError("late", `does not answer within ${request.timeoutMilliseconds} ms`)
      if (cause instanceof UnreachableError) throw notNamed()
      // A connection that was kept may have been closed by the other side in the same moment.
      if (isReused && !isSecondTry && (cause as NodeJS.ErrnoException).code === "ECONNRESET") return ask(request, true)
      throw new BackendError("unreachable", (cause as NodeJS.ErrnoException).code ?? "does not answer", { cause })
    }
  }

  return {
    ask: (request) => ask(request),
    close() {
      for (const { "http:": http, "https:": https } of Object.values(agents)) {
        http.destroy()
        https.destroy()
      }
    },
  }
}

function originOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new BackendError("not a target", "is no URL of a server")
  return url
}

function assertPublic({ protocol, port, hostname }: URL): void {
  if (!isPort(Number(port || (protocol === "https:" ? 443 : 80))))
    throw new BackendError("not a target", `is at port ${port}`)
  // An address is connected to without being looked up.
  const address = hostname.replace(/^\[(.*)\]$/, "$1")
  if (isIP(address) !== 0 && !isPublicAddress(address)) throw notNamed()
}

const notNamed = () => new BackendError("not a target", "is at an address that no --integration-target names")

async function readWhole(response: IncomingMessage, maximumBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response as AsyncIterable<Buffer>) {
    length += piece.byteLength
    if (length > maximumBytes) {
      response.destroy()
      throw new BackendError("too long", `answers with more than ${maximumBytes} bytes`)
    }
    pieces.push(piece)
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}
