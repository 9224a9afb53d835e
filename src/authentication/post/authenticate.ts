import { WireError } from "../../wire/errors.ts"
import type { AuthenticationDeps } from "../authenticate.ts"
import type { Caller, Payload } from "../caller.ts"
import { accessDenied, s3Refusals } from "../errors-s3.ts"
import { wrongSignature } from "../errors-v2.ts"
import { findSecret } from "../issuer.ts"
import { assertScope } from "../signature-checks.ts"
import { ALGORITHM, parseCredential, type SignatureClaim } from "../signature-claim.ts"
import { signV2 } from "../signature-v2.ts"
import { parseTimestamp } from "../signing-date.ts"
import { deriveSigningKey, isSameSignature, sign } from "../signing-key.ts"
import type { SigningScope } from "../signing-scope.ts"
import { ofLength } from "./length.ts"
import { assertMeetsPolicy, parsePostPolicy } from "./policy.ts"

/** A form that uploads a file, as far as its signature is concerned. */
export interface SignedForm {
  /** By name in lower case; with the bucket, and with the key as it will be. */
  fields: ReadonlyMap<string, string>
  file: AsyncIterable<Uint8Array>
}

/**
 * Who signed the policy of a browser's form, which must let the form be what it is. A form without a policy is
 * anonymous. Source: S3 API reference, "Authenticating requests in browser-based uploads using POST" (Signature Version
 * 4); S3 user guide, "Browser-based uploads using POST" (Signature Version 2).
 */
export async function authenticateForm(
  { fields, file }: SignedForm,
  scope: SigningScope,
  deps: AuthenticationDeps,
): Promise<Caller> {
  const encoded = fields.get("policy")
  if (encoded === undefined) return { kind: "anonymous", payload: payloadOf(file) }
  // Recorded: a form that nobody signed is nobody's.
  if (!SIGNATURE_FIELDS.some((name) => fields.has(name.toLowerCase()))) throw accessDenied("Access Denied")
  const verified = OF_V4.some((name) => fields.has(name.toLowerCase()))
    ? verifyV4(fields, encoded, scope, deps)
    : verifyV2(fields, encoded, scope, deps)
  const caller = await verified
  const range = assertMeetsPolicy(parsePostPolicy(encoded), fields, deps.clock.now())
  if (range) caller.payload = payloadOf(ofLength(file, range))
  else caller.payload = payloadOf(file)
  return caller
}

const payloadOf = (body: AsyncIterable<Uint8Array>): Payload => ({ body, isDelimited: true, trailers: {} })
const NOTHING = payloadOf([] as unknown as AsyncIterable<Uint8Array>)

const SIGNATURE_FIELDS = [
  "AWSAccessKeyId",
  "Signature",
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Signature",
]
const OF_V4 = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"]

async function verifyV4(fields: SignedForm["fields"], encoded: string, scope: SigningScope, deps: AuthenticationDeps) {
  for (const name of OF_V4) getField(fields, name)
  const algorithm = getField(fields, "X-Amz-Algorithm")
  const timestamp = getField(fields, "X-Amz-Date")
  const credential = parseCredential(getField(fields, "X-Amz-Credential"))
  const time = parseTimestamp(timestamp)
  // UNVERIFIED: the texts of these, which are those of presigned URLs.
  if (algorithm !== ALGORITHM) throw s3Refusals.unsupportedAlgorithm(algorithm, "query")
  if (!credential) throw s3Refusals.malformedCredential(getField(fields, "X-Amz-Credential"), "query")
  if (time === undefined) throw s3Refusals.malformedDate(timestamp, "query")
  const signature = getField(fields, "X-Amz-Signature")
  const claim: SignatureClaim = {
    place: "query",
    ...credential,
    signedHeaders: "",
    signature,
    timestamp,
    time,
    securityToken: fields.get("x-amz-security-token"),
  }
  assertScope(claim, scope, s3Refusals, deps.defaultRegion)
  const { secretAccessKey, callerOf } = await findSecret(claim, deps, s3Refusals)
  if (!isSameSignature(signature, sign(deriveSigningKey(secretAccessKey, claim), encoded)))
    throw wrongSignature(claim.accessKeyId, signature, encoded)
  return callerOf({
    accessKeyId: claim.accessKeyId,
    region: claim.region,
    signingName: claim.service,
    authType: "POST",
    signatureVersion: ALGORITHM,
    signatureAgeMilliseconds: Math.max(0, deps.clock.now() - time),
    payload: NOTHING,
  })
}

async function verifyV2(fields: SignedForm["fields"], encoded: string, scope: SigningScope, deps: AuthenticationDeps) {
  const signature = getField(fields, "Signature")
  const accessKeyId = getField(fields, "AWSAccessKeyId")
  const claim = { accessKeyId, securityToken: fields.get("x-amz-security-token") }
  const { secretAccessKey, callerOf } = await findSecret(claim, deps, s3Refusals)
  if (!isSameSignature(signature, signV2(secretAccessKey, encoded)))
    throw wrongSignature(accessKeyId, signature, encoded)
  return callerOf({
    accessKeyId,
    region: scope.regions?.[0] ?? deps.defaultRegion ?? "us-east-1",
    signingName: "s3",
    authType: "POST",
    signatureVersion: "AWS",
    payload: NOTHING,
  })
}

/** Recorded. */
function getField(fields: SignedForm["fields"], name: string): string {
  const value = fields.get(name.toLowerCase())
  if (value !== undefined && value !== "") return value
  throw missingField(name)
}

export const missingField = (ArgumentName: string) =>
  new WireError(
    "InvalidArgument",
    `Bucket POST must contain a field named '${ArgumentName}'.  If it is specified, please check the order of the fields.`,
    { members: { ArgumentName, ArgumentValue: "" } },
  )
