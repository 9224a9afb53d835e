import { hash } from "node:crypto"
import type { HttpRequest } from "../wire/http.ts"
import { decodePercent, encodePercent } from "./percent-encoding.ts"

/**
 * How a path gets into the canonical request (Signature Version 4, "Create a canonical request"):
 * - `as-is`: encoded once, nothing removed. S3 alone, whose keys may hold `//` and `..`.
 * - `normalized`: dot segments and double slashes removed, and the path as it was sent encoded once more.
 */
export type PathStyle = "as-is" | "normalized"

/** A query parameter, name and value in canonical encoding. */
export interface QueryParameter {
  name: string
  value: string
}

export interface CanonicalParts {
  pathStyle: PathStyle
  /** As in `SignedHeaders`. */
  signedHeaders: string
  query: readonly QueryParameter[]
  payloadHash: string
}

export function canonicalRequest(request: HttpRequest, parts: CanonicalParts): string {
  const path = canonicalPath(request.path, parts.pathStyle)
  const query = parts.query.length === 0 ? "" : canonicalQuery(parts.query)
  const headers = canonicalHeaders(request, parts.signedHeaders)
  return `${request.method}\n${path}\n${query}\n${headers}\n${parts.signedHeaders}\n${parts.payloadHash}`
}

/** In hexadecimal. Header values may hold bytes beyond ASCII, which are hashed as they were sent. */
export const hashOfText = (text: string): string => hash("sha256", Buffer.from(text, "latin1"), "hex")

const SIMPLE_PATH = /^\/[A-Za-z0-9._~/-]*$/

export function canonicalPath(path: string, style: PathStyle): string {
  if (path === "/" || path === "") return "/"
  if (style === "normalized") return encodePath(removeDotSegments(path))
  return SIMPLE_PATH.test(path) ? path : encodePath(decodePercent(path))
}

const encodePath = (path: string): string => path.split("/").map(encodePercent).join("/")

function removeDotSegments(path: string): string {
  if (!path.includes("//") && !path.includes("/.")) return path
  const kept: string[] = []
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop()
    else if (segment !== "" && segment !== ".") kept.push(segment)
  }
  return kept.length === 0 ? "/" : `/${kept.join("/")}${path.endsWith("/") ? "/" : ""}`
}

/** A query as it was sent. `+` is a space, as in every form; a name without `=` has an empty value. */
export function parseQuery(query: string): QueryParameter[] {
  const parameters: QueryParameter[] = []
  if (query === "") return parameters
  for (const piece of query.split("&")) {
    if (piece === "") continue
    const equals = piece.indexOf("=")
    parameters.push({
      name: canonicalPiece(equals < 0 ? piece : piece.slice(0, equals)),
      value: equals < 0 ? "" : canonicalPiece(piece.slice(equals + 1)),
    })
  }
  return parameters
}

const canonicalPiece = (piece: string): string => encodePercent(decodePercent(piece.replaceAll("+", " ")))

/** The value of the first parameter of that name, decoded. */
export function findParameter(query: readonly QueryParameter[], name: string): string | undefined {
  const found = query.find((parameter) => parameter.name === name)
  return found && decodePercent(found.value)
}

function canonicalQuery(query: readonly QueryParameter[]): string {
  const signed = query.filter((parameter) => parameter.name !== "X-Amz-Signature")
  signed.sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
  return signed.map(({ name, value }) => `${name}=${value}`).join("&")
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A name that comes again has no value: the text is never longer than the head of the request was. */
function canonicalHeaders(request: HttpRequest, signedHeaders: string): string {
  let text = ""
  let raw: ReadonlyMap<string, string[]> | undefined
  const names = signedHeaders.split(";")
  // In order, as clients send them, none can come again.
  const taken = isAscending(names) ? undefined : new Set<string>()
  for (const name of names) {
    const header = name.toLowerCase()
    let value = taken?.has(header) ? "" : (findHeader(request, header) ?? "")
    taken?.add(header)
    // node:http joins repeated headers by `, `, the canonical form by `,`: only the raw headers tell them apart.
    if (!value.includes(", ")) value = collapseSpaces(value)
    else {
      raw ??= rawValues(request)
      value = raw.get(header)?.join(",") ?? ""
    }
    text += `${name}:${value}\n`
  }
  return text
}

function rawValues({ rawHeaders }: HttpRequest): ReadonlyMap<string, string[]> {
  const values = new Map<string, string[]>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = collapseSpaces(rawHeaders[i + 1]!)
    const before = values.get(name)
    if (before) before.push(value)
    else values.set(name, [value])
  }
  return values
}

function isAscending(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) if (names[i]!.toLowerCase() <= names[i - 1]!.toLowerCase()) return false
  return true
}

// Not `\s`: that takes the byte A0, which is half of a UTF-8 letter, for a space.
const SPACES = /[ \t\n\v\f\r]+/g
const EACH_SPACE = [" ", "\t", "\n", "\v", "\f", "\r"]
const NEEDS_COLLAPSING = /^[ \t\n\v\f\r]|[\t\n\v\f\r]| {2}| $/

function collapseSpaces(value: string): string {
  // Session tokens are long, and looking for one character is much quicker than an expression.
  if (!EACH_SPACE.some((space) => value.includes(space)) || !NEEDS_COLLAPSING.test(value)) return value
  const collapsed = value.replace(SPACES, " ")
  return collapsed.slice(collapsed.startsWith(" ") ? 1 : 0, collapsed.endsWith(" ") ? -1 : undefined)
}

/**
 * A header by its name in lower case; by `:authority`, as clients of HTTP/2 sign it, the host. A name such as `constructor`
 * finds nothing unless it was sent.
 */
export function findHeader(request: HttpRequest, name: string): string | undefined {
  if (name === ":authority") return request.headers.host
  return Object.hasOwn(request.headers, name) ? request.headers[name] : undefined
}
