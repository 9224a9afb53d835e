import type { Requirement } from "../../authorization/requirement.ts"
import type { ResourceFacts } from "../../authorization/resource-facts.ts"
import type { Deps } from "../../call.ts"
import type { ContextValue } from "../../policy/index.ts"
import { parseS3Arn } from "./arns.ts"
import { assertBucketName } from "./buckets/name.ts"
import { type Bucket, findBucket } from "./buckets/record.ts"
import { noSuchBucket } from "./errors.ts"
import { findVersion } from "./objects/record.ts"
import type { Tags } from "./tags.ts"

/** What CreateBucket asks for before there is a bucket: it belongs to the caller then. */
const OF_NEW_BUCKETS = new Set([
  "s3:CreateBucket",
  "s3:PutBucketAcl",
  "s3:PutBucketOwnershipControls",
  "s3:TagResource",
])

/** Actions that have `s3:ExistingObjectTag` (service authorization reference, Amazon S3). */
const BY_OBJECT_TAG = /^s3:(Get|Put|Delete)Object(Version)?(|Acl|Attributes|Tagging|Torrent)$/

/** Throws NoSuchBucket: S3 says so to every caller, before it looks at permissions. */
export async function resourceFacts(
  arn: string,
  action: string,
  deps: Deps,
  requirement: Requirement,
): Promise<ResourceFacts | undefined> {
  const named = parseS3Arn(arn)
  if (!named) return undefined
  const found = findBucket(deps.store, named.bucket)
  const bucket = found instanceof Promise ? await found : found
  if (action === "s3:CreateBucket") return undefined
  if (!bucket) {
    if (OF_NEW_BUCKETS.has(action)) return undefined
    assertBucketName(named.bucket)
    throw noSuchBucket(named.bucket)
  }
  const facts: ResourceFacts = { account: bucket.account }
  if (bucket.compiledPolicy) facts.policy = bucket.compiledPolicy
  if (named.key === undefined || !bucket.hasTaggedObjects || !BY_OBJECT_TAG.test(action)) return facts
  const context = await objectTagContext(deps, bucket, named.key, versionOf(requirement))
  return context ? { ...facts, context } : facts
}

/** The version that the request names, which may have other tags than the newest. */
function versionOf({ context }: Requirement): string | undefined {
  const versionId = typeof context === "object" ? context["s3:VersionId"] : undefined
  return typeof versionId === "string" ? versionId : undefined
}

async function objectTagContext({ store }: Deps, { name }: Bucket, key: string, versionId: string | undefined) {
  const version = await store.read((tx) => findVersion(tx, name, key, versionId))
  return version?.tags && tagContext(version.tags)
}

const tagContext = (tags: Tags): Record<string, ContextValue> =>
  Object.fromEntries(tags.map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]))
