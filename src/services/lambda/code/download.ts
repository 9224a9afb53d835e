import { createHmac, timingSafeEqual } from "node:crypto"
import type { Deps } from "../../../call.ts"
import type { HttpRequest, HttpResponse } from "../../../wire/http.ts"
import type { StoredCode } from "../functions/record.ts"
import { isUsed } from "./users.ts"

/** API Reference, FunctionCodeLocation: the URL is good for 10 minutes. */
const SECONDS = 600
/** No bucket can be named so. */
const PREFIX = "/_lambda/code/"

/**
 * A URL by which anybody who has it downloads the zip for ten minutes. AWS's is that of an object of a bucket of Lambda's;
 * this one is of the server itself, signed under its master key.
 */
export function codeLocation({ endpoint, masterKey, clock }: Deps, { segment }: StoredCode): string {
  const expires = Math.floor(clock.now() / 1000) + SECONDS
  const path = `${PREFIX}${encodeURIComponent(segment.id)}`
  const query = new URLSearchParams({
    Size: String(segment.size),
    Expires: String(expires),
    Signature: sign({ masterKey }, segment.id, segment.size, expires),
  })
  return `${endpoint.url}${path}?${query}`
}

const sign = ({ masterKey }: Pick<Deps, "masterKey">, id: string, size: number, expires: number): string =>
  createHmac("sha256", masterKey.keyFor("lambda code location"))
    .update(`${expires}\n${size}\n${id}`)
    .digest("base64url")

/** Answers for these URLs alone. */
export async function codePage(request: HttpRequest, deps: Deps): Promise<HttpResponse | undefined> {
  if (!request.path.startsWith(PREFIX)) return undefined
  if (request.method !== "GET" && request.method !== "HEAD")
    return refuse(405, "MethodNotAllowed", "Method Not Allowed")
  const query = new URLSearchParams(request.query)
  const size = Number(query.get("Size"))
  const expires = Number(query.get("Expires"))
  const id = idOf(request.path)
  if (id === undefined || !isSigned(deps, id, size, expires, query.get("Signature") ?? ""))
    return refuse(403, "AccessDenied", "Access Denied")
  if (deps.clock.now() >= expires * 1000) return refuse(403, "AccessDenied", "Request has expired")
  // What was dropped may be read for a while yet by who has begun to.
  if (!(await deps.store.read((tx) => isUsed(tx, id))))
    return refuse(404, "NoSuchKey", "The specified key does not exist.")
  const segment = { id, size }
  await deps.bytes.assertThere(segment)
  const body = request.method === "HEAD" ? undefined : deps.bytes.read([segment], { start: 0, end: size })
  return { status: 200, headers: { "content-type": "application/zip", "content-length": size }, body }
}

function idOf(path: string): string | undefined {
  try {
    return decodeURIComponent(path.slice(PREFIX.length))
  } catch {
    return undefined
  }
}

function isSigned(deps: Deps, id: string, size: number, expires: number, signature: string): boolean {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(expires)) return false
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(deps, id, size, expires))]
  return given.length === right.length && timingSafeEqual(given, right)
}

/** As S3 refuses presigned URLs. */
const refuse = (status: number, code: string, message: string): HttpResponse => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})
