import type { IncomingHttpHeaders } from "node:http2"
import type { HttpRequest } from "../../wire/http.ts"

/** What a request of HTTP/2 has in its head. */
export interface Head {
  method: string
  /** In the origin form. */
  url: string
  headers: HttpRequest["headers"]
  rawHeaders: string[]
}

/**
 * The head of a request as one of HTTP/1.1 would have it: `:authority` is its host, and what of a cookie came in several
 * fields is one again (RFC 9113, 8.2.3 and 8.3.1). The status of the refusal where it is longer than so many bytes, names
 * several hosts, or none, or nothing to ask for.
 */
export function readHead(given: IncomingHttpHeaders, raw: readonly string[], mostBytes: number): Head | 400 | 431 {
  let bytes = 0
  for (const text of raw) bytes += text.length
  if (bytes > mostBytes) return 431
  const { ":method": method, ":path": path, ":authority": authority } = given
  const host = authority ?? given.host
  if (method === undefined || path === undefined || host === undefined) return 400
  const headers: HttpRequest["headers"] = { host }
  for (const name in given) {
    const value = given[name]
    if (name[0] !== ":") headers[name] = Array.isArray(value) ? value.join(", ") : value
  }
  headers.host = host
  const rawHeaders = ["host", host]
  let cookie = -1
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!
    const value = raw[at + 1]!
    if (name[0] === ":") continue
    if (name === "host") {
      if (value !== host) return 400
    } else if (name === "cookie" && cookie >= 0) rawHeaders[cookie] += `; ${value}`
    else {
      rawHeaders.push(name, value)
      if (name === "cookie") cookie = rawHeaders.length - 1
    }
  }
  return { method, url: path.startsWith("/") ? path : `/${path}`, headers, rawHeaders }
}
