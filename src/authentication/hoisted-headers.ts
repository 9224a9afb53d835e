import type { HttpRequest } from "../wire/http.ts"
import { findParameter, parseQuery } from "./canonical-request.ts"
import { decodePercent } from "./percent-encoding.ts"

/** What the query says to the signature alone. */
const OF_SIGNATURES = new Set([
  "x-amz-algorithm",
  "x-amz-content-sha256",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
])

/**
 * Presigned URLs carry in their query what would be `x-amz-` headers (`x-amz-meta-...`, `x-amz-checksum-...`): the SDKs
 * move them there, and S3 reads them as if they had been sent as headers. One that was sent as a header wins: it was
 * signed, or else the request is refused. So are its conditions (`If-None-Match`; recorded, February 2026), of which what
 * was signed counts, and a header that was not does not.
 *
 * Not so checksums: the SDK for JavaScript signs that of an empty body, and S3 passes over it (localstack/localstack
 * issue 12169, aws/aws-sdk issue 480); nor `x-amz-checksum-mode`, which S3 heeds as a header alone (aws-sdk-java-v2
 * pull request 7035, boto3 issue 3465). UNVERIFIED: which others S3 passes over.
 */
export function hoistHeaders(request: HttpRequest): void {
  if (!/x-amz-/i.test(request.query)) return
  const query = parseQuery(request.query)
  if (!findParameter(query, "X-Amz-Signature") && !findParameter(query, "Signature")) return
  const signedHeaders = new Set(findParameter(query, "X-Amz-SignedHeaders")?.split(";"))
  const isV4 = findParameter(query, "X-Amz-Signature") !== undefined
  for (const { name, value } of query) {
    const header = name.toLowerCase()
    const isCondition = isV4 && CONDITIONS.has(header)
    if (isCondition ? !signedHeaders.has(header) : isHoisted(header) && !Object.hasOwn(request.headers, header))
      request.headers[header] = decodePercent(value)
  }
}

/** Signature Version 2 does not cover them, so there they are not taken. */
const CONDITIONS = new Set(["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"])

const isHoisted = (name: string): boolean =>
  name.startsWith("x-amz-") && !OF_SIGNATURES.has(name) && !/^x-amz-(?:checksum-|sdk-checksum-algorithm$)/.test(name)

/** The headers that came as such, and not in the query. */
export const sentHeaders = ({ rawHeaders }: HttpRequest): ReadonlySet<string> =>
  new Set(rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()))
