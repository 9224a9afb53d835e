import type { ContextValue } from "../../policy/index.ts"
import type { RequestFacts } from "../../service.ts"

/** The condition keys that every request to S3 has. Source: service authorization reference, Amazon S3. */
export function requestContext({ caller }: RequestFacts): Record<string, ContextValue> {
  if (caller.kind === "anonymous") return {}
  const { contentSha256 } = caller.payload
  const { signatureAgeMilliseconds: age } = caller
  return {
    "s3:authType": caller.authType,
    "s3:signatureversion": caller.signatureVersion,
    ...(age !== undefined && { "s3:signatureAge": String(age) }),
    ...(contentSha256 !== undefined && { "s3:x-amz-content-sha256": contentSha256 }),
  }
}
