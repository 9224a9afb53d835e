import { canonicalRequest, hashOfText, parseQuery } from "../../authentication/canonical-request.ts"
import { UNSIGNED_PAYLOAD } from "../../authentication/payload.ts"
import { ALGORITHM, TERMINATOR } from "../../authentication/signature-claim.ts"
import { deriveSigningKey, findSigningKey, rememberSigningKey, sign } from "../../authentication/signing-key.ts"
import type { Clock } from "../../base/clock.ts"

export interface UpstreamCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
}

export interface Signer {
  region: string
  credentials: UpstreamCredentials
  clock: Clock
}

interface Unsigned {
  method: string
  path: string
  query: string
  /** In lower case, `host` among them. */
  headers: Readonly<Record<string, string>>
}

/**
 * The headers of a request to S3, signed: Signature Version 4 by the parts that verify it. The body is not in the
 * signature; its checksum is, in a header.
 */
export function signHeaders({ region, credentials, clock }: Signer, request: Unsigned): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  const timestamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "")
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": timestamp,
    "x-amz-content-sha256": UNSIGNED_PAYLOAD,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  }
  const scope = { accessKeyId, date: timestamp.slice(0, 8), region, service: "s3" }
  const signedHeaders = Object.keys(headers).sort().join(";")
  const canonical = canonicalRequest(
    { ...request, headers, rawHeaders: [], body: new Uint8Array(0), remoteAddress: "", secure: true },
    { pathStyle: "as-is", signedHeaders, query: parseQuery(request.query), payloadHash: UNSIGNED_PAYLOAD },
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
