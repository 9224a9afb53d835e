import type { Clock } from "../base/clock.ts"
import { canonicalRequest, hashOfText, parseQuery } from "./canonical-request.ts"
import { ALGORITHM, TERMINATOR } from "./signature-claim.ts"
import { deriveSigningKey, findSigningKey, rememberSigningKey, sign } from "./signing-key.ts"

export interface SigningCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
}

export interface Signer {
  /** The signing name: `s3`. */
  service: string
  region: string
  credentials: SigningCredentials
  clock: Clock
}

export interface Unsigned {
  method: string
  path: string
  query: string
  /** In lower case, `host` among them. */
  headers: Readonly<Record<string, string>>
  /** Of the body, in hexadecimal; or `UNSIGNED-PAYLOAD`, which S3 alone takes. */
  payloadHash: string
}

/** The headers of a request of ours to another server, signed: Signature Version 4 by the parts that verify it. */
export function signRequest(
  { service, region, credentials, clock }: Signer,
  request: Unsigned,
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const timestamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "")
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": timestamp,
    "x-amz-content-sha256": request.payloadHash,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  }
  const scope = { accessKeyId, date: timestamp.slice(0, 8), region, service }
  const signedHeaders = Object.keys(headers).sort().join(";")
  const canonical = canonicalRequest(
    { ...request, headers, rawHeaders: [], body: new Uint8Array(0), remoteAddress: "", secure: true },
    { pathStyle: "as-is", signedHeaders, query: parseQuery(request.query), payloadHash: request.payloadHash },
  )
  const scopeText = `${scope.date}/${region}/${scope.service}/${TERMINATOR}`
  const stringToSign = `${ALGORITHM}\n${timestamp}\n${scopeText}\n${hashOfText(canonical)}`
  const known = findSigningKey(secretAccessKey, scope)
  const key = known ?? deriveSigningKey(secretAccessKey, scope)
  if (!known) rememberSigningKey(secretAccessKey, scope, key)
  const credential = `Credential=${accessKeyId}/${scopeText}`
  headers.authorization = `${ALGORITHM} ${credential}, SignedHeaders=${signedHeaders}, Signature=${sign(key, stringToSign)}`
  return headers
}
