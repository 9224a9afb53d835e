import { WireError } from "../wire/errors.ts"
import { accessDenied, spelledOut, WRONG_SIGNATURE } from "./errors-s3.ts"
import { type Facts, showKeyId } from "./facts.ts"
import { formatIso } from "./signing-date.ts"

// S3's refusals of Signature Version 2. Texts: recorded answers of S3 (2026-02-21), answers quoted in aws/aws-sdk-js
// issue 3493 (expired), and its API reference. The others are marked.

export const incompleteQuery = () =>
  accessDenied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters")

/** UNVERIFIED: the members. */
export const malformedHeader = (authorization: string) =>
  new WireError("InvalidArgument", "AWS authorization header is invalid.  Expected AwsAccessKeyId:signature", {
    members: { ArgumentName: "Authorization", ArgumentValue: authorization },
  })

export const malformedExpires = (expires: string) =>
  accessDenied(`Invalid date (should be seconds since epoch): ${expires}`)

export const requestExpired = (expiresAtSeconds: number, now: number) =>
  accessDenied("Request has expired", { Expires: formatIso(expiresAtSeconds * 1000), ServerTime: formatIso(now) })

export const wrongSignature = (accessKeyId: string, signature: string, stringToSign: string) =>
  new WireError("SignatureDoesNotMatch", WRONG_SIGNATURE, {
    status: 403,
    members: {
      AWSAccessKeyId: accessKeyId,
      StringToSign: Buffer.from(stringToSign, "latin1").toString("utf8"),
      SignatureProvided: signature,
      StringToSignBytes: spelledOut(stringToSign),
    },
    // The text is left out: it may hold the session token.
    because: { check: "the signature", accessKeyId: showKeyId(accessKeyId), signatureVersion: 2 } satisfies Facts,
  })
