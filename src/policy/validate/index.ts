import { findIdentityFault } from "./identity.ts"
import { findResourcePolicyFault } from "./resource.ts"
import { findBucketPolicyFault } from "./s3-bucket.ts"
import { findTrustFault } from "./trust.ts"

export type PolicyKind = "identity-inline" | "identity-managed" | "trust" | "s3-bucket" | "resource"

/** How a document is refused when it is written. */
export interface PolicyFault {
  code: string
  message: string
  /** HTTP status. */
  status: number
}

export interface ValidateOptions {
  /** Of an `s3-bucket` policy: the bucket that it is written to. */
  bucket?: string
  /** Whether the user or role of an ARN exists. Asked of the entries of Principal; all do where it is left out. */
  hasPrincipal?: (arn: string) => boolean
}

/**
 * Checks a document as AWS does when it is written, in AWS's words; undefined where it is accepted. Session policies are
 * `identity-inline`.
 *
 * The length, the characters and the quotas of a document are for the operation to check.
 */
export function validate(kind: PolicyKind, text: string, options: ValidateOptions = {}): PolicyFault | undefined {
  const message = findFault(kind, text, options)
  if (message === undefined) return undefined
  return { code: kind === "s3-bucket" ? "MalformedPolicy" : "MalformedPolicyDocument", message, status: 400 }
}

function findFault(kind: PolicyKind, text: string, options: ValidateOptions): string | undefined {
  const hasPrincipal = options.hasPrincipal ?? (() => true)
  switch (kind) {
    case "identity-inline":
      return findIdentityFault(text, false)
    case "identity-managed":
      return findIdentityFault(text, true)
    case "trust":
      return findTrustFault(text, hasPrincipal)
    case "s3-bucket":
      return findBucketPolicyFault(text, { bucket: options.bucket ?? "", hasPrincipal })
    case "resource":
      return findResourcePolicyFault(text)
  }
}
