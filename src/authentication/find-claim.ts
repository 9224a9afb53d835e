import type { HttpRequest } from "../wire/http.ts"
import { findHeader, findParameter, type QueryParameter } from "./canonical-request.ts"
import type { Refusals } from "./refusals.ts"
import { ALGORITHM, parseCredential, type SignatureClaim } from "./signature-claim.ts"
import { parseTimestamp, timestampOfDateHeader } from "./signing-date.ts"

/** The signature that a request claims to have, wherever it stands; undefined for an anonymous one. */
export function findClaim(
  request: HttpRequest,
  query: readonly QueryParameter[],
  refusals: Refusals,
): SignatureClaim | undefined {
  const authorization = findHeader(request, "authorization")
  if (query.length === 0 || !query.some(({ name }) => IN_QUERY.has(name))) {
    return authorization === undefined ? undefined : claimOfHeader(request, authorization, refusals)
  }
  if (authorization !== undefined) throw refusals.twoSignatures(authorization)
  return claimOfQuery(request, query, refusals)
}

/** Any of them says that the query is meant to be signed. */
export const IN_QUERY: ReadonlySet<string> = new Set(["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"])

function claimOfHeader(request: HttpRequest, authorization: string, refusals: Refusals): SignatureClaim {
  const text = authorization.trim()
  if (!text.startsWith("AWS4-")) throw refusals.notSigV4(authorization)
  const space = text.indexOf(" ")
  const algorithm = space < 0 ? text : text.slice(0, space)
  const fields = parseFields(space < 0 ? "" : text.slice(space + 1), refusals)
  const amzDate = findHeader(request, "x-amz-date")
  const date = amzDate ?? findHeader(request, "date")

  const missing: string[] = []
  if (!fields.Credential) missing.push("Credential")
  if (!fields.Signature) missing.push("Signature")
  if (!fields.SignedHeaders) missing.push("SignedHeaders")
  if (!date) missing.push("Date")
  if (missing.length > 0) throw refusals.incomplete(missing, "header", authorization)
  if (algorithm !== ALGORITHM) throw refusals.unsupportedAlgorithm(algorithm, "header")

  const credential = parseCredential(fields.Credential!)
  if (!credential) throw refusals.malformedCredential(fields.Credential!, "header")
  const timestamp = amzDate ?? timestampOfDateHeader(date!)
  const time = timestamp === undefined ? undefined : parseTimestamp(timestamp)
  if (timestamp === undefined || time === undefined) throw refusals.malformedDate(date!, "header")
  return {
    place: "header",
    ...credential,
    signedHeaders: fields.SignedHeaders!,
    signature: fields.Signature!,
    timestamp,
    time,
    securityToken: findHeader(request, "x-amz-security-token"),
  }
}

interface Fields {
  Credential?: string
  SignedHeaders?: string
  Signature?: string
}

function parseFields(text: string, refusals: Refusals): Fields {
  const fields: Fields = {}
  for (const piece of text.split(",")) {
    const field = piece.trim()
    if (field === "") continue
    const equals = field.indexOf("=")
    if (equals < 0) throw refusals.notKeyValue(field)
    const name = field.slice(0, equals)
    if (name === "Credential" || name === "SignedHeaders" || name === "Signature")
      fields[name] ??= field.slice(equals + 1)
  }
  return fields
}

function claimOfQuery(request: HttpRequest, query: readonly QueryParameter[], refusals: Refusals): SignatureClaim {
  const algorithm = findParameter(query, "X-Amz-Algorithm")
  const credentialText = findParameter(query, "X-Amz-Credential")
  const signature = findParameter(query, "X-Amz-Signature")
  const signedHeaders = findParameter(query, "X-Amz-SignedHeaders")
  const timestamp = findParameter(query, "X-Amz-Date")

  const missing: string[] = []
  if (!algorithm) missing.push("Algorithm")
  if (!credentialText) missing.push("Credential")
  if (!signature) missing.push("Signature")
  if (!signedHeaders) missing.push("SignedHeaders")
  if (!timestamp) missing.push("Date")
  if (missing.length > 0) throw refusals.incomplete(missing, "query", "")
  if (algorithm !== ALGORITHM) throw refusals.unsupportedAlgorithm(algorithm!, "query")

  const credential = parseCredential(credentialText!)
  if (!credential) throw refusals.malformedCredential(credentialText!, "query")
  const time = parseTimestamp(timestamp!)
  if (time === undefined) throw refusals.malformedDate(timestamp!, "query")
  return {
    place: "query",
    ...credential,
    signedHeaders: signedHeaders!,
    signature: signature!,
    timestamp: timestamp!,
    time,
    securityToken: findParameter(query, "X-Amz-Security-Token") ?? findHeader(request, "x-amz-security-token"),
  }
}

const WEEK_SECONDS = 604_800

/** S3's `X-Amz-Expires`, which it alone demands; at most seven days. */
export function parseExpires(query: readonly QueryParameter[], refusals: Refusals): number {
  const text = findParameter(query, "X-Amz-Expires")
  if (text === undefined || text === "") throw refusals.incomplete(["Expires"], "query", "")
  if (!/^-?\d+$/.test(text)) throw refusals.malformedExpires("not a number")
  const seconds = Number(text)
  if (seconds < 0) throw refusals.malformedExpires("negative")
  if (seconds > WEEK_SECONDS) throw refusals.malformedExpires("too long")
  return seconds
}
