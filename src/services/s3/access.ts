import type { Requirement } from "../../authorization/requirement.ts"
import { bucketArn, objectArn } from "./arns.ts"

/** A requirement whose condition keys are known from the input alone. */
type PlainRequirement = Requirement & { context?: Record<string, string> }

interface OfBucket {
  Bucket: string
}

interface OfObject extends OfBucket {
  Key: string
  VersionId?: string | undefined
}

/** The permission named, on the bucket. */
export const onBucket =
  (action: string) =>
  ({ Bucket }: OfBucket): PlainRequirement => ({ action: `s3:${action}`, resource: bucketArn(Bucket) })

/** `s3:GetObject`, or `s3:GetObjectVersion` with `s3:VersionId` where the input names a version. */
export const onObject =
  (action: string, versionAction = action.replace("Object", "ObjectVersion")) =>
  ({ Bucket, Key, VersionId }: OfObject): PlainRequirement =>
    VersionId === undefined
      ? { action: `s3:${action}`, resource: objectArn(Bucket, Key) }
      : {
          action: `s3:${versionAction}`,
          resource: objectArn(Bucket, Key),
          context: { "s3:VersionId": VersionId },
        }

/** Keeps what is given of condition keys whose values may be absent. */
export function present(
  values: Record<string, string | number | readonly string[] | undefined>,
): Record<string, string | readonly string[]> {
  const context: Record<string, string | readonly string[]> = {}
  for (const [key, value] of Object.entries(values))
    if (value !== undefined) context[key] = typeof value === "number" ? String(value) : value
  return context
}
