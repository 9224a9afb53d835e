import { lookup as systemLookup } from "node:dns"
import { request as httpRequest, type IncomingMessage } from "node:http"
import { request as httpsRequest } from "node:https"
import { isIP, type LookupFunction } from "node:net"
import { isLoopbackAddress, isPublicAddress } from "./public-address.ts"

/** A request of ours to another server. */
export interface OutgoingRequest {
  method?: "GET" | "POST"
  headers?: Readonly<Record<string, string>>
  body?: string
  /**
   * A GET that carries nothing of ours may be sent on to other servers, each held against how far a URL may lead, as the
   * first is.
   */
  followsAnywhere?: boolean
}

export interface OutgoingAnswer {
  status: number
  text: string
  /** Empty where it says none. */
  contentType: string
}

/** Throws UnreachableError and nothing else. */
export type Outgoing = (url: string, request?: OutgoingRequest) => Promise<OutgoingAnswer>

/** No whole answer came: no connection, no time left, too long an answer, a place that is not gone to. */
export class UnreachableError extends Error {
  override name = "UnreachableError"
}

/**
 * How far a URL may lead. `anywhere`: the operator named the place. `loopback`: to this machine, at any port, by http
 * too. `public`: by https, at its usual port, to an address of the Internet at large.
 */
export type Reach = "anywhere" | "loopback" | "public"

export interface OutgoingOptions {
  reachOf?: (url: URL) => Reach
  timeoutMilliseconds?: number
  maximumBytes?: number
  /** The port of `public`. */
  port?: number
  lookup?: LookupFunction
}

const REDIRECTS_AT_MOST = 3
/** Source: Developer Guide, "How OIDC user pool IdP authentication works": Cognito follows up to 20. */
const REDIRECTS_ANYWHERE_AT_MOST = 20

const MAY_REACH: Readonly<Record<Reach, (address: string) => boolean>> = {
  anywhere: () => true,
  loopback: isLoopbackAddress,
  public: isPublicAddress,
}

/**
 * Asks other servers, within limits: five seconds and half a mebibyte in all, and redirects of a GET within the same
 * origin alone (unless it asks for more), so that who is asked stays who was configured. Whoever writes a URL into a record or a document could
 * otherwise have this machine and its network asked: where a name leads is decided by the addresses that are about to be
 * connected to, however they are written and whatever the name meant before.
 */
export function createOutgoing({
  reachOf = () => "public",
  timeoutMilliseconds = 5_000,
  maximumBytes = 512 * 1024,
  port = 443,
  lookup = systemLookup as LookupFunction,
}: OutgoingOptions = {}): Outgoing {
  return async (text, request = {}) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    try {
      let url = new URL(text)
      for (let redirects = 0; ; redirects++) {
        const reach = reachOf(url)
        assertGoodUrl(url, reach, port)
        const response = await ask(url, request, signal, lookupWithin(reach, lookup))
        const { statusCode: status = 0, headers } = response
        if (status < 300 || status >= 400 || headers.location === undefined)
          return {
            status,
            text: await readText(response, maximumBytes),
            contentType: headers["content-type"] ?? "",
          }
        response.destroy()
        const next = new URL(headers.location, url)
        const isElsewhere = !request.followsAnywhere && next.origin !== url.origin
        const most = request.followsAnywhere ? REDIRECTS_ANYWHERE_AT_MOST : REDIRECTS_AT_MOST
        if ((request.method ?? "GET") !== "GET" || redirects >= most || isElsewhere)
          throw new UnreachableError(`redirects to ${next.origin}${next.pathname}`)
        url = next
      }
    } catch (cause) {
      if (cause instanceof UnreachableError) throw cause
      throw new UnreachableError(signal.aborted ? "does not answer in time" : reasonOf(cause), { cause })
    }
  }
}

/** The URL standard has made every way to write an IPv4 address one: `127.1`, `0x7f000001`, full-width digits. */
function assertGoodUrl(url: URL, reach: Reach, port: number): void {
  if (reach === "public") {
    if (url.protocol !== "https:") throw new UnreachableError("is not https")
    if (Number(url.port || 443) !== port) throw new UnreachableError(`is not at port ${port}`)
  }
  // An address is connected to without being looked up.
  const address = hostOf(url)
  if (isIP(address) !== 0 && !MAY_REACH[reach](address)) throw notReached()
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1")
const notReached = () => new UnreachableError("is at an address that is not asked")

/** Leaves of what a name means the addresses that may be connected to. */
export const lookupWithin =
  (reach: Reach, lookup: LookupFunction): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0)
      const good = (Array.isArray(found) ? found : []).filter(({ address }) => MAY_REACH[reach](address))
      if (good.length === 0) return callback(notReached(), "", 0)
      if (options.all) callback(null, good)
      else callback(null, good[0]!.address, good[0]!.family)
    })
  }

function ask(
  url: URL,
  { method = "GET", headers = {}, body }: OutgoingRequest,
  signal: AbortSignal,
  lookup: LookupFunction,
): Promise<IncomingMessage> {
  const send = url.protocol === "https:" ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    // Of its own: a connection that was kept might lead where this URL may not.
    const outgoing = send(url, { method, headers, signal, lookup, agent: false }, resolve)
    outgoing.on("error", reject)
    outgoing.end(body)
  })
}

async function readText(response: IncomingMessage, maximumBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.byteLength
    if (length > maximumBytes) throw new UnreachableError(`answers with more than ${maximumBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

/** Without the URL, which may carry a secret. */
const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "does not answer"
