import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3"
import type { CallContext } from "../../../call.ts"
import { operation } from "../../../operation.ts"
import type { PolicyDocument } from "../../../policy/index.ts"
import { validate } from "../../../policy/validate/index.ts"
import { WireError } from "../../../wire/errors.ts"
import { showPrincipals, storePrincipals } from "../../iam/service.ts"
import { onBucket } from "../access.ts"
import { bucketArn } from "../arns.ts"
import { accessDenied, methodNotAllowed } from "../errors.ts"
import { canonicalUserId } from "./owner.ts"
import { isPublicPolicy } from "./policy-status.ts"
import type { Bucket } from "./record.ts"
import { changeSettings, openBucket } from "./settings.ts"

/** S3 user guide, "Bucket policies": 20 KB. */
const MOST_BYTES = 20 * 1024

export const PutBucketPolicy = operation(PutBucketPolicyCommand, {
  access: () => [],
  async admit(input, context) {
    await openOwned("PutBucketPolicy", input, context)
  },
  async handle(input, context) {
    const { store } = context
    const bucket = await openOwned("PutBucketPolicy", input, context)
    const text = input.Policy
    if (Buffer.byteLength(text) > MOST_BYTES) throw malformedPolicy("Policy exceeds the maximum allowed document size.")
    const fault = validate("s3-bucket", text, { bucket: bucket.name })
    if (fault) throw new WireError(fault.code, fault.message, { status: fault.status })
    const isPolicyPublic = isPublicPolicy(JSON.parse(text) as PolicyDocument)
    if (isPolicyPublic && bucket.publicAccessBlock?.BlockPublicPolicy) throw publicPolicyBlocked(bucket, context)
    const stored = await store.read((tx) => storePrincipals(tx, replaceCanonicalUsers(text, bucket)))
    if ("unknown" in stored) throw malformedPolicy("Invalid principal in policy", `"AWS" : "${stored.unknown}"`)
    await changeSettings(store, input, (changed) => {
      changed.policy = stored.document
      changed.isPolicyPublic = isPolicyPublic
    })
    return {}
  },
})

export const GetBucketPolicy = operation(GetBucketPolicyCommand, {
  access: () => [],
  async handle(input, context) {
    const bucket = await openOwned("GetBucketPolicy", input, context)
    const policy = policyOf(bucket)
    return { Policy: await context.store.read((tx) => showPrincipals(tx, policy)) }
  },
})

export const DeleteBucketPolicy = operation(DeleteBucketPolicyCommand, {
  access: () => [],
  async handle(input, context) {
    await openOwned("DeleteBucketPolicy", input, context)
    await changeSettings(context.store, input, (bucket) => {
      delete bucket.policy
      delete bucket.isPolicyPublic
    })
    return {}
  },
})

export const GetBucketPolicyStatus = operation(GetBucketPolicyStatusCommand, {
  access: onBucket("GetBucketPolicyStatus"),
  async handle(input, { store }) {
    const bucket = await openBucket(store, input)
    policyOf(bucket)
    return { PolicyStatus: { IsPublic: bucket.isPolicyPublic ?? false } }
  },
})

/**
 * The root of the account that owns a bucket may always see to its policy, whatever the policy says; others of the account
 * where they are allowed; other accounts never (S3 API reference, PutBucketPolicy).
 */
async function openOwned(
  action: string,
  input: { Bucket: string; ExpectedBucketOwner?: string | undefined },
  context: CallContext,
): Promise<Bucket> {
  const { store, caller, assertAllowed, request } = context
  const bucket = await openBucket(store, input)
  if (caller.kind !== "root" || caller.account !== bucket.account) await assertAllowed(onBucket(action)(input))
  if (caller.kind === "anonymous" || caller.account !== bucket.account)
    throw methodNotAllowed(request.method, "BUCKETPOLICY")
  return bucket
}

function policyOf({ name, policy }: Bucket): string {
  if (policy !== undefined) return policy
  throw new WireError("NoSuchBucketPolicy", "The bucket policy does not exist", {
    status: 404,
    members: { BucketName: name },
  })
}

const malformedPolicy = (message: string, Detail?: string) =>
  new WireError("MalformedPolicy", message, Detail === undefined ? {} : { members: { Detail } })

/** Seen in the answers that the AWS SDK and Terraform issues quote. */
function publicPolicyBlocked({ name }: Bucket, { caller }: CallContext): WireError {
  const arn = caller.kind === "anonymous" ? "anonymous" : caller.arn
  return accessDenied(
    `User: ${arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${bucketArn(name)}" because public policies are blocked by the BlockPublicPolicy block public access setting.`,
  )
}

/** A canonical user is another name of an account; only that of the bucket's own is known here. */
function replaceCanonicalUsers(text: string, { account }: Bucket): string {
  if (!text.includes("CanonicalUser")) return text
  const document = JSON.parse(text) as { Statement: unknown }
  for (const statement of [document.Statement].flat() as Record<string, Record<string, unknown> | undefined>[]) {
    for (const element of [statement.Principal, statement.NotPrincipal]) {
      if (typeof element !== "object" || !Object.hasOwn(element, "CanonicalUser")) continue
      const isOwn = [element.CanonicalUser].flat().every((id) => id === canonicalUserId(account))
      if (!isOwn) throw malformedPolicy("Invalid principal in policy")
      element.AWS = [...[element.AWS ?? []].flat(), `arn:aws:iam::${account}:root`]
      delete element.CanonicalUser
    }
  }
  return JSON.stringify(document)
}
