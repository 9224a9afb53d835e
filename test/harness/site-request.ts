import { once } from "node:events"
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http"
import { StringDecoder } from "node:string_decoder"
import { Sha256 } from "@aws-crypto/sha256-js"
import { SignatureV4 } from "@smithy/signature-v4"
import type { Credentials } from "./server.ts"

export interface SiteAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: string
  /** The same, as it came. */
  bytes: Buffer
  /** The pieces in which the body came. */
  pieces: string[]
}

export interface SiteRequest {
  method?: string
  /** Added to the URL. */
  path?: string
  query?: Record<string, string>
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Signs it, for `lambda` in us-east-1 unless something else is said. */
  signedBy?: Credentials
  service?: string
  region?: string
}

/** Asks a host of the server's own: its name need not be one that this machine can look up. */
export async function askSite(url: string, options: SiteRequest = {}): Promise<SiteAnswer> {
  const { host, port, pathname } = new URL(url)
  const { method = "GET", query = {}, body, signedBy, service = "lambda", region = "us-east-1" } = options
  const path = pathname.replace(/\/$/, options.path?.startsWith("/") ? "" : "/") + (options.path ?? "")
  let headers: Record<string, string> = { host, ...options.headers }
  if (signedBy) {
    const signer = new SignatureV4({ service, region, credentials: signedBy, sha256: Sha256 })
    const sent = {
      method,
      protocol: "http:",
      hostname: host,
      path,
      query,
      headers,
      ...(body !== undefined && { body }),
    }
    headers = (await signer.sign(sent)).headers
  }
  const search = new URLSearchParams(query).toString()
  const target = `${path}${search && `?${search}`}`
  const asked = request({ host: "127.0.0.1", port, method, path: target, headers })
  asked.end(body)
  const [answer] = (await once(asked, "response")) as [IncomingMessage]
  const pieces: string[] = []
  const buffers: Buffer[] = []
  const decoder = new StringDecoder("utf8")
  for await (const piece of answer) {
    buffers.push(piece)
    pieces.push(decoder.write(piece))
  }
  return {
    status: answer.statusCode!,
    headers: answer.headers,
    body: pieces.join("") + decoder.end(),
    bytes: Buffer.concat(buffers),
    pieces,
  }
}
