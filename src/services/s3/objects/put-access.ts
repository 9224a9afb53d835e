import type { Requirement } from "../../../authorization/requirement.ts"
import { present } from "../access.ts"
import { objectArn } from "../arns.ts"
import { taggingHeaderContext } from "../tags.ts"
import { type AclInput, aclContext, hasAcl } from "./acl-headers.ts"

export interface PutInput extends AclInput {
  Bucket: string
  Key: string
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
  ServerSideEncryption?: string | undefined
  StorageClass?: string | undefined
  Tagging?: string | undefined
  WebsiteRedirectLocation?: string | undefined
}

/** What it takes to write an object: s3:PutObject, and more for the tags and the ACL that come with it. */
export function putRequirements(input: PutInput, more: Record<string, string | undefined> = {}): Requirement[] {
  const resource = objectArn(input.Bucket, input.Key)
  const tags = input.Tagging === undefined ? {} : taggingHeaderContext(input.Tagging)
  const acl = aclContext(input)
  const needed: Requirement[] = [
    {
      action: "s3:PutObject",
      resource,
      context: {
        ...present({
          ...acl,
          "s3:x-amz-server-side-encryption": input.ServerSideEncryption,
          "s3:x-amz-storage-class": input.StorageClass,
          "s3:x-amz-website-redirect-location": input.WebsiteRedirectLocation,
          "s3:if-match": input.IfMatch,
          "s3:if-none-match": input.IfNoneMatch,
          "s3:ObjectCreationOperation": "true",
          ...more,
        }),
        ...tags,
      },
    },
  ]
  if (input.Tagging !== undefined) needed.push({ action: "s3:PutObjectTagging", resource, context: tags })
  if (hasAcl(input))
    needed.push({
      action: "s3:PutObjectAcl",
      resource,
      context: present({ ...acl, "s3:x-amz-storage-class": input.StorageClass }),
    })
  // S3 user guide, "Conditional writes": If-Match tells something of the object, so it takes the right to read it.
  if (input.IfMatch !== undefined) needed.push({ action: "s3:GetObject", resource })
  return needed
}
