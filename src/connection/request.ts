import type { IncomingMessage } from "node:http"
import type { Socket } from "node:net"
import type { HttpRequest } from "../wire/http.ts"

/** The request as it is handled. `peers` are the trusted proxies. */
export function readRequest(
  incoming: IncomingMessage,
  body: HttpRequest["body"],
  proxies: ReadonlySet<string>,
): HttpRequest {
  const headers = incoming.headers as HttpRequest["headers"]
  // The one header that node:http gives as a list. No client sends it, but anybody may.
  const cookies = incoming.headers["set-cookie"]
  if (cookies) headers["set-cookie"] = cookies.join(", ")
  const { socket } = incoming
  const sent = { headers, rawHeaders: incoming.rawHeaders, body: hasBody(incoming) ? body : NOTHING }
  const url = originForm(incoming.url ?? "/")
  return requestOf(incoming.method ?? "GET", url, sent, addressOf(socket), "encrypted" in socket, proxies)
}

/** `url` is in the origin form; `peer` is the address that the connection comes from. */
export function requestOf(
  method: string,
  url: string,
  { headers, rawHeaders, body }: Pick<HttpRequest, "headers" | "rawHeaders" | "body">,
  peer: string,
  isEncrypted: boolean,
  proxies: ReadonlySet<string>,
): HttpRequest {
  const question = url.indexOf("?")
  const trusted = proxies.has(peer)
  return {
    method,
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? "" : url.slice(question + 1),
    headers,
    rawHeaders,
    body,
    remoteAddress: trusted ? (forwardedFor(headers["x-forwarded-for"], proxies) ?? peer) : peer,
    secure: isEncrypted || (trusted && headers["x-forwarded-proto"] === "https"),
  }
}

export const NOTHING = new Uint8Array()

export const addressOf = ({ remoteAddress = "" }: Socket): string => normaliseAddress(remoteAddress)

/** Where the sender says nothing of a body, there is none (RFC 9112, 6.3). */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0"

/** RFC 9112, 3.2: what has several hosts is refused, lest two of those who read it see two of them. */
export function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === "host") hosts++
  return hosts > 1
}

/** A proxy's absolute form (`GET http://host/path`) is made the origin form. */
export function originForm(url: string): string {
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
