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
/** What lines look like that come again and again. */
const PLAIN_END = " HTTP/1.1"
const PLAIN_PATH = /^\/[\w./-]*$/
const HEADERS_AT_MOST = 100
/** Of the lines of a head that are remembered, and the methods whose are. */
const KNOWN_CHARACTERS = 1024
const KNOWN_METHODS: ReadonlySet<string> = new Set(["GET", "POST"])

/** What the lines of a head say, whatever it is the head of. */
type Fields = Omit<RequestHead, "method" | "path" | "keepsAlive">

/**
 * Reads heads without the empty line that ends them: those of one connection, which are the same again and again but for
 * their first line. Throws HttpFault.
 */
export function headReader(): (text: string) => RequestHead {
  const known: Record<string, { text: string; fields: Fields }> = Object.create(null)
  // Who asks for the next event asks for it in the same words.
  let last = { text: "", head: undefined as RequestHead | undefined }
  return (text) => {
    if (text === last.text && last.head) return last.head
    const end = text.indexOf("\r\n")
    const { method, path, minor } = readLine(end < 0 ? text : text.slice(0, end))
    const rest = end < 0 ? "" : text.slice(end + 2)
    let fields = known[method]?.text === rest ? known[method].fields : undefined
    if (!fields) {
      fields = readFields(rest)
      if (rest.length <= KNOWN_CHARACTERS && KNOWN_METHODS.has(method)) known[method] = { text: rest, fields }
    }
    const { headers, length, isChunked, expectsContinue } = fields
    const connection = headers.connection?.toLowerCase()
    const keepsAlive = minor === "1" ? connection !== "close" : connection === "keep-alive"
    const head = { method, path, headers, length, isChunked, keepsAlive, expectsContinue }
    if (method === "GET" && text.length <= KNOWN_CHARACTERS) last = { text, head }
    return head
  }
}

/** The path is without a query. */
function readLine(line: string): { method: string; path: string; minor: string } {
  if (line.endsWith(PLAIN_END)) {
    const at = line.indexOf(" ")
    const method = line.slice(0, at)
    const path = line.slice(at + 1, -PLAIN_END.length)
    if (KNOWN_METHODS.has(method) && PLAIN_PATH.test(path)) return { method, path, minor: "1" }
  }
  const [, method, path, minor] = REQUEST_LINE.exec(line) ?? []
  if (method === undefined || path === undefined) throw new HttpFault("400 Bad Request")
  return { method, path, minor: minor! }
}

function readFields(text: string): Fields {
  const lines = text === "" ? [] : text.split("\r\n")
  if (lines.length >= HEADERS_AT_MOST) throw new HttpFault("400 Bad Request")
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const at = line.indexOf(":")
    if (at < 1) throw new HttpFault("400 Bad Request")
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim()
  }
  const isChunked = headers["transfer-encoding"]?.toLowerCase() === "chunked"
  if (headers["transfer-encoding"] !== undefined && !isChunked) throw new HttpFault("501 Not Implemented")
  const length = isChunked ? 0 : readLength(headers["content-length"])
  return { headers, length, isChunked, expectsContinue: headers.expect?.toLowerCase() === "100-continue" }
}

function readLength(text: string | undefined): number {
  if (text === undefined) return 0
  if (!/^\d{1,12}$/.test(text)) throw new HttpFault("400 Bad Request")
  return Number(text)
}
