import { CreateBucketCommand, type CreateBucketCommandInput } from "@aws-sdk/client-s3"
import { requestTagContext } from "../../../authorization/request-tags.ts"
import type { Requirement } from "../../../authorization/requirement.ts"
import { operation } from "../../../operation.ts"
import { WireError } from "../../../wire/errors.ts"
import { present } from "../access.ts"
import { bucketArn } from "../arns.ts"
import { headerNotImplemented, invalidArgument } from "../errors.ts"
import { parseNewBucketTags } from "../tags.ts"
import { regionOfNewBucket } from "./location.ts"
import { assertBucketName } from "./name.ts"
import { findBucket, insertBucket, isObjectOwnership, type ObjectOwnership, type PublicAccessBlock } from "./record.ts"

/** What AWS gives every new bucket since April 2023. */
const ALL_BLOCKED: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
}

export const CreateBucket = operation(CreateBucketCommand, {
  access(input) {
    const resource = bucketArn(input.Bucket)
    const configuration = input.CreateBucketConfiguration
    const acl = { "s3:x-amz-acl": input.ACL }
    const needed: Requirement[] = [
      {
        resource,
        context: present({
          ...acl,
          "s3:locationconstraint": configuration?.LocationConstraint,
          "s3:x-amz-object-ownership": input.ObjectOwnership,
        }),
      },
    ]
    if (input.ACL !== undefined || hasGrants(input))
      needed.push({ action: "s3:PutBucketAcl", resource, context: present(acl) })
    if (input.ObjectOwnership !== undefined) needed.push({ action: "s3:PutBucketOwnershipControls", resource })
    if (configuration?.Tags?.length)
      needed.push({ action: "s3:TagResource", resource, context: requestTagContext(configuration.Tags) })
    return needed
  },

  async handle(input, { store, clock, account, region: endpointRegion }) {
    const { Bucket: name, CreateBucketConfiguration: configuration } = input
    assertBucketName(name)
    refuseUnbuilt(input)
    const ownership = ownershipOf(input)
    const region = regionOfNewBucket(configuration?.LocationConstraint, endpointRegion)
    const tags = parseNewBucketTags(configuration?.Tags ?? [])
    const isNew = await store.transact((tx) =>
      insertBucket(tx, {
        name,
        account,
        versioning: "",
        region,
        created: clock.now(),
        publicAccessBlock: ALL_BLOCKED,
        ownership,
        ...(tags.length > 0 && { tags }),
      }),
    )
    if (!isNew) {
      const existing = await findBucket(store, name)
      if (existing && existing.account !== account) throw bucketAlreadyExists(name)
      // S3 API reference, CreateBucket: only us-east-1 answers 200 to the owner who creates a bucket again.
      if (existing?.region !== "us-east-1" || region !== "us-east-1") throw bucketAlreadyOwnedByYou(name)
    }
    return {
      Location: region === "us-east-1" ? `/${name}` : `http://${name}.s3.amazonaws.com/`,
      BucketArn: bucketArn(name),
    }
  },
})

const hasGrants = (input: CreateBucketCommandInput) =>
  [input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWrite, input.GrantWriteACP].some(
    (grant) => grant !== undefined,
  )

function refuseUnbuilt(input: CreateBucketCommandInput): void {
  if (input.ObjectLockEnabledForBucket) throw headerNotImplemented("x-amz-bucket-object-lock-enabled")
  if (input.BucketNamespace !== undefined && input.BucketNamespace !== "global")
    throw headerNotImplemented("x-amz-bucket-namespace")
  if (input.CreateBucketConfiguration?.Bucket || input.CreateBucketConfiguration?.Location)
    throw new WireError("NotImplemented", "Directory buckets are not implemented.", { status: 501 })
}

function ownershipOf(input: CreateBucketCommandInput): ObjectOwnership {
  const ownership = input.ObjectOwnership ?? "BucketOwnerEnforced"
  if (!isObjectOwnership(ownership))
    throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, "x-amz-object-ownership")
  const isPrivate = (input.ACL === undefined || input.ACL === "private") && !hasGrants(input)
  if (isPrivate) return ownership
  // S3 user guide, "Controlling ownership of objects".
  if (ownership === "BucketOwnerEnforced")
    throw new WireError(
      "InvalidBucketAclWithObjectOwnership",
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    )
  throw headerNotImplemented("x-amz-acl")
}

const bucketAlreadyOwnedByYou = (BucketName: string) =>
  new WireError(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    { status: 409, members: { BucketName } },
  )

/** AWS's error list. */
const bucketAlreadyExists = (BucketName: string) =>
  new WireError(
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    { status: 409, members: { BucketName } },
  )
