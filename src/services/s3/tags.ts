import { badRequest, invalidArgument, invalidTag, malformedXml } from "./errors.ts"

export type Tags = [key: string, value: string][]
type WireTag = { Key?: string | undefined; Value?: string | undefined }

/** S3 user guide, "Tagging": letters, digits and spaces of any script, and `+ - = . _ : / @`. */
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

interface Rules {
  most: number
  tooMany: () => Error
  reserved: string
}

const BUCKET: Rules = {
  most: 50,
  tooMany: () => invalidTag("Bucket tag count cannot be greater than 50"),
  reserved: "System tags cannot be added/updated by requester",
}

const NEW_BUCKET: Rules = {
  ...BUCKET,
  reserved:
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.',
}

const OBJECT: Rules = {
  most: 10,
  tooMany: () => badRequest("Object tags cannot be greater than 10"),
  reserved: "Your TagKey cannot be prefixed with aws:",
}

/** Texts recorded, but for the count of bucket tags (UNVERIFIED). */
export const parseBucketTags = (tags: readonly WireTag[]): Tags => parseTags(tags, BUCKET)
/** Of CreateBucket; a key that comes twice, of which AWS makes an InternalError (recorded), is refused as elsewhere. */
export const parseNewBucketTags = (tags: readonly WireTag[]): Tags => parseTags(tags, NEW_BUCKET)
export const parseObjectTags = (tags: readonly WireTag[]): Tags => parseTags(tags, OBJECT)

/** `x-amz-tagging`: `a=1&b=2`. */
export function parseTaggingHeader(header: string): Tags {
  const pairs = [...new URLSearchParams(header)]
  if (new Set(pairs.map(([key]) => key)).size < pairs.length || /%(?![0-9A-Fa-f]{2})/.test(header))
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      "x-amz-tagging",
      header,
    )
  return parseObjectTags(pairs.map(([Key, Value]) => ({ Key, Value })))
}

function parseTags(tags: readonly WireTag[], rules: Rules): Tags {
  if (tags.length > rules.most) throw rules.tooMany()
  const seen = new Set<string>()
  return tags.map(({ Key, Value }) => {
    if (Key === undefined || Value === undefined) throw malformedXml()
    if (Key === "" || Key.length > 128 || !ALLOWED.test(Key))
      throw invalidTag("The TagKey you have provided is invalid", { TagKey: Key })
    if (Value.length > 256 || !ALLOWED.test(Value))
      throw invalidTag("The TagValue you have provided is invalid", { TagKey: Key, TagValue: Value })
    if (seen.has(Key)) throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: Key })
    if (/^aws:/i.test(Key)) throw invalidTag(rules.reserved, { TagKey: Key })
    seen.add(Key)
    return [Key, Value]
  })
}

export const formatTags = (tags: Tags): { Key: string; Value: string }[] => tags.map(([Key, Value]) => ({ Key, Value }))

/** `s3:RequestObjectTag/<key>` and `s3:RequestObjectTagKeys` of tags that a request sets on an object. */
export function requestObjectTagContext(tags: readonly WireTag[]): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = { "s3:RequestObjectTagKeys": tags.map(({ Key = "" }) => Key) }
  for (const { Key = "", Value = "" } of tags) context[`s3:RequestObjectTag/${Key}`] = Value
  return context
}

/** The same, of the `x-amz-tagging` header; what is wrong with it the handler says. */
export const taggingHeaderContext = (header: string): Record<string, string | string[]> =>
  requestObjectTagContext([...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value })))
