import { GetBucketAclCommand, GetObjectAclCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { onBucket, onObject } from "../access.ts"
import { ownerOf } from "../buckets/owner.ts"
import { openBucket } from "../buckets/settings.ts"
import { getNamed } from "../objects/lookup.ts"

/** The owner has full control and nobody else has anything: the one ACL that there is. */
const ownersAcl = (account: string) => ({
  Owner: ownerOf(account),
  Grants: [{ Grantee: { ...ownerOf(account), Type: "CanonicalUser" as const }, Permission: "FULL_CONTROL" as const }],
})

export const GetBucketAcl = operation(GetBucketAclCommand, {
  access: onBucket("GetBucketAcl"),
  async handle(input, { store }) {
    const { account } = await openBucket(store, input)
    return ownersAcl(account)
  },
})

export const GetObjectAcl = operation(GetObjectAclCommand, {
  access: onObject("GetObjectAcl"),
  async handle(input, context) {
    const { account } = await openBucket(context.store, input)
    await getNamed(context, input)
    return ownersAcl(account)
  },
})
