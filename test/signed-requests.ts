import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import type { HttpRequest } from "../src/wire/http.ts"

/** A request as node:http would give it. Header names are as sent; repeated ones are joined by `, `. */
export function makeRequest(parts: {
  method?: string
  path?: string
  query?: string
  headers?: readonly (readonly [string, string])[]
  body?: HttpRequest["body"]
}): HttpRequest {
  const headers: Record<string, string | undefined> = {}
  const rawHeaders: string[] = []
  for (const [name, value] of parts.headers ?? []) {
    const key = name.toLowerCase()
    rawHeaders.push(name, value)
    headers[key] = Object.hasOwn(headers, key) ? `${headers[key]}, ${value.trim()}` : value.trim()
  }
  return {
    method: parts.method ?? "GET",
    path: parts.path ?? "/",
    query: parts.query ?? "",
    headers,
    rawHeaders,
    body: parts.body ?? new Uint8Array(),
    remoteAddress: "127.0.0.1",
    secure: false,
  }
}

/** A request in HTTP/1.1's own text, bytes beyond ASCII as node:http gives them. */
export function parseRequest(source: string): HttpRequest {
  const text = Buffer.from(source, "utf8").toString("latin1")
  const [head = "", ...rest] = text.split("\n\n")
  const [start = "", ...lines] = head.split("\n")
  const [method, target] = [
    start.slice(0, start.indexOf(" ")),
    start.slice(start.indexOf(" ") + 1, start.lastIndexOf(" ")),
  ]
  const headers: [string, string][] = []
  for (const line of lines) {
    const last = headers.at(-1)
    if (/^\s/.test(line) && last) last[1] += ` ${line.trim()}`
    else if (line !== "") headers.push([line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)])
  }
  const mark = target.indexOf("?")
  return makeRequest({
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers,
    body: Buffer.from(rest.join("\n\n"), "latin1"),
  })
}

class Sha256 {
  readonly #hash
  constructor(secret?: unknown) {
    this.#hash = secret === undefined ? createHash("sha256") : hmacOf(secret)
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
  reset() {}
}

function hmacOf(secret: unknown) {
  return createHmac("sha256", typeof secret === "string" ? secret : Buffer.from(secret as Uint8Array))
}

export interface Signing {
  service: string
  region?: string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  /** Milliseconds since the epoch. */
  time: number
}

/** The signer of the AWS SDK for JavaScript, as its clients set it up for the service. */
export function sdkSigner({ service, region = "us-east-1", credentials }: Signing) {
  return new SignatureV4({
    service,
    region,
    credentials,
    sha256: Sha256 as never,
    uriEscapePath: service !== "s3",
    applyChecksum: true,
  })
}

/** A request signed by the SDK in its headers. */
export async function signedRequest(
  parts: {
    method?: string
    path?: string
    query?: Record<string, string | string[]>
    headers?: Record<string, string>
    body?: string | Uint8Array
  },
  signing: Signing,
): Promise<HttpRequest> {
  const signed = await sdkSigner(signing).sign(
    {
      method: parts.method ?? "POST",
      protocol: "https:",
      hostname: "localhost",
      path: parts.path ?? "/",
      query: parts.query ?? {},
      headers: { host: "localhost:4566", ...parts.headers },
      body: parts.body ?? "",
    },
    { signingDate: new Date(signing.time) },
  )
  return makeRequest({
    method: signed.method,
    path: signed.path,
    query: formatQuery(signed.query as Record<string, string | string[]>),
    headers: Object.entries(signed.headers),
    body: typeof parts.body === "string" ? Buffer.from(parts.body) : parts.body,
  })
}

/** A presigned URL, as the SDK's signer makes it, fetched. */
export async function presignedRequest(
  parts: {
    method?: string
    path?: string
    query?: Record<string, string>
    headers?: Record<string, string>
    body?: Uint8Array
  },
  signing: Signing & { expiresIn?: number },
): Promise<HttpRequest> {
  const headers = { host: "localhost:4566", ...parts.headers }
  const signed = await sdkSigner(signing).presign(
    {
      method: parts.method ?? "GET",
      protocol: "https:",
      hostname: "localhost",
      path: parts.path ?? "/",
      query: parts.query ?? {},
      headers: signing.service === "s3" ? { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } : headers,
      body: parts.body,
    },
    { signingDate: new Date(signing.time), expiresIn: signing.expiresIn ?? 300 },
  )
  return makeRequest({
    method: signed.method,
    path: signed.path,
    query: formatQuery(signed.query as Record<string, string | string[]>),
    headers: Object.entries(headers),
    body: parts.body,
  })
}

export function formatQuery(query: Record<string, string | string[]>): string {
  return Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`))
    .join("&")
}

/** The request again, with one header replaced; `undefined` takes it away. */
export function withHeader(request: HttpRequest, name: string, value: string | undefined): HttpRequest {
  const pairs: [string, string][] = []
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    if (request.rawHeaders[i]!.toLowerCase() !== name) pairs.push([request.rawHeaders[i]!, request.rawHeaders[i + 1]!])
  }
  if (value !== undefined) pairs.push([name, value])
  const { method, path, query, body } = request
  return makeRequest({ method, path, query, body, headers: pairs })
}
