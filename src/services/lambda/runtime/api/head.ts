/** A request that cannot be read; the message is its status line. */
export class HttpFault extends Error {
  override name = "HttpFault"
}

/** The head of a request, as far as the Runtime API looks at it. */
export interface RequestHead {
  method: string
  /** Without a query. */
  path: string
  /** Names in lower case; of several of a name, the last. */
  headers: Readonly<Record<string, string>>
  /** Of the body; 0 where it is chunked. */
  length: number
  isChunked: boolean
  keepsAlive: boolean
  expectsContinue: boolean
}

const REQUEST_LINE = /^([A-Z]{1,16}) (?:http:\/\/[^/ ]*)?(\/[^ ?#]*)[^ ]* HTTP\/1\.([01])$/
const HEADERS_AT_MOST = 100

/** Reads a head without the empty line that ends it. Throws HttpFault. */
export function parseHead(text: string): RequestHead {
  const lines = text.split("\r\n")
  const [, method, path, minor] = REQUEST_LINE.exec(lines[0]!) ?? []
  if (method === undefined || path === undefined || lines.length > HEADERS_AT_MOST)
    throw new HttpFault("400 Bad Request")
  const headers: Record<string, string> = Object.create(null)
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!
    const at = line.indexOf(":")
    if (at < 1) throw new HttpFault("400 Bad Request")
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim()
  }
  const isChunked = headers["transfer-encoding"]?.toLowerCase() === "chunked"
  if (headers["transfer-encoding"] !== undefined && !isChunked) throw new HttpFault("501 Not Implemented")
  const length = isChunked ? 0 : readLength(headers["content-length"])
  const connection = headers.connection?.toLowerCase()
  return {
    method,
    path,
    headers,
    length,
    isChunked,
    keepsAlive: minor === "1" ? connection !== "close" : connection === "keep-alive",
    expectsContinue: headers.expect?.toLowerCase() === "100-continue",
  }
}

function readLength(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,12}$/.test(text)) throw new HttpFault("400 Bad Request")
  return Number(text)
}
