import type { ServedService } from "./catalogue.ts"
import { headersTooLong, headTooLong, tooManyNames } from "./operation-errors.ts"
import type { HttpRequest } from "./wire/http.ts"

/** Parameters of a query, and names of a list of signed headers: far more than any client sends. */
const MOST_NAMES = 1_000
/** S3 takes no longer heads (its error says so); here longer ones are taken, for session tokens may be long, of fewer names. */
const S3_HEAD_BYTES = 8_192

/** Refuses a head that would cost far more than it weighs, before anything is made of it. */
export function assertModestHead(request: HttpRequest, { service, wire }: ServedService): void {
  if (wire.headerBytes !== undefined && bytesOf(request) > wire.headerBytes) throw headersTooLong(wire.headerBytes)
  const { query, headers } = request
  if (!hasManyNames(query) && !hasManyNames(headers.authorization ?? "")) return
  if (service.errors !== "s3") throw tooManyNames(MOST_NAMES)
  if (query.length + bytesOf(request) > S3_HEAD_BYTES) throw headTooLong(S3_HEAD_BYTES)
}

function bytesOf({ rawHeaders }: HttpRequest): number {
  let bytes = 0
  for (const text of rawHeaders) bytes += text.length
  return bytes
}

/** Names are parted by `&` in a query, and by `;` in the list of signed headers, which a query has encoded. */
const SEPARATOR = /[&;]|%3B/gi

function hasManyNames(text: string): boolean {
  if (text.length <= MOST_NAMES) return false
  let names = 0
  SEPARATOR.lastIndex = 0
  while (SEPARATOR.test(text)) if (++names > MOST_NAMES) return true
  return false
}
