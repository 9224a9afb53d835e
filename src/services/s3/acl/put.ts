import { PutBucketAclCommand, PutObjectAclCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { onBucket, onObject, present } from "../access.ts"
import type { Bucket } from "../buckets/record.ts"
import { openBucket } from "../buckets/settings.ts"
import { aclNotSupported, headerNotImplemented, invalidArgument, invalidRequest } from "../errors.ts"
import { aclContext, CANNED_ACLS, hasGrants, OWNERS_ACLS } from "../objects/acl-headers.ts"
import { getNamed } from "../objects/lookup.ts"
import { assertGrants, type GrantInput } from "./grants.ts"

export const PutBucketAcl = operation(PutBucketAclCommand, {
  access: (input) => ({ ...onBucket("PutBucketAcl")(input), context: putContext(input) }),
  async handle(input, { store }) {
    assertPuttable(input, await openBucket(store, input))
    return {}
  },
})

export const PutObjectAcl = operation(PutObjectAclCommand, {
  access(input) {
    const needed = onObject("PutObjectAcl")(input)
    return { ...needed, context: { ...needed.context, ...putContext(input) } }
  },
  async handle(input, context) {
    const bucket = await openBucket(context.store, input)
    await getNamed(context, input)
    assertPuttable(input, bucket)
    return {}
  },
})

const putContext = (input: GrantInput) => present({ ...aclContext(input), "s3:x-amz-grant-write": input.GrantWrite })

/** Texts and members recorded. Where ACLs are on, the owner's own may be put, and changes nothing. */
function assertPuttable(input: GrantInput, { ownership }: Bucket): void {
  const { ACL, AccessControlPolicy } = input
  const isGranting = hasGrants(input) || input.GrantWrite !== undefined
  if (ACL !== undefined && !CANNED_ACLS.has(ACL)) throw invalidArgument("", "x-amz-acl", ACL)
  if (ACL !== undefined && isGranting)
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
  if ((ACL !== undefined || isGranting) && AccessControlPolicy)
    throw new WireError("UnexpectedContent", "This request does not support content")
  if (ACL === undefined && !isGranting && !AccessControlPolicy)
    throw new WireError("MissingSecurityHeader", "Your request was missing a required header", {
      members: { MissingHeaderName: "x-amz-acl" },
    })
  assertGrants(input)
  if (ownership === "BucketOwnerEnforced") throw aclNotSupported()
  if (ACL === undefined || !OWNERS_ACLS.has(ACL)) throw headerNotImplemented("x-amz-acl")
}
