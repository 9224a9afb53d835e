import type { Bucket } from "../buckets/record.ts"
import { aclNotSupported, headerNotImplemented, invalidArgument } from "../errors.ts"

export interface AclInput {
  ACL?: string | undefined
  GrantFullControl?: string | undefined
  GrantRead?: string | undefined
  GrantReadACP?: string | undefined
  GrantWriteACP?: string | undefined
}

export const CANNED_ACLS = new Set([
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
  "log-delivery-write",
])

/**
 * What amounts to the owner's full control, which every object has. `private`, which a library sends with each file, is
 * taken where its `public-read` is refused (thephpleague/flysystem-aws-s3-v3 issue 292, thephpleague/flysystem 1787).
 */
export const OWNERS_ACLS = new Set(["private", "bucket-owner-full-control"])

export const hasAcl = (input: AclInput): boolean => input.ACL !== undefined || hasGrants(input)

export const hasGrants = (input: AclInput): boolean =>
  [input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWriteACP].some(
    (grant) => grant !== undefined,
  )

/** ACLs that would grant anything to others are refused: by AWS's word where ownership is enforced, else as not built. */
export function assertAclHeaders(input: AclInput, { ownership }: Bucket): void {
  const { ACL } = input
  if (ACL !== undefined && !CANNED_ACLS.has(ACL)) throw invalidArgument("", "x-amz-acl", ACL)
  if (!hasGrants(input) && (ACL === undefined || OWNERS_ACLS.has(ACL))) return
  throw ownership === "BucketOwnerEnforced" ? aclNotSupported() : headerNotImplemented("x-amz-acl")
}

export const aclContext = (input: AclInput): Record<string, string | undefined> => ({
  "s3:x-amz-acl": input.ACL,
  "s3:x-amz-grant-full-control": input.GrantFullControl,
  "s3:x-amz-grant-read": input.GrantRead,
  "s3:x-amz-grant-read-acp": input.GrantReadACP,
  "s3:x-amz-grant-write-acp": input.GrantWriteACP,
})
