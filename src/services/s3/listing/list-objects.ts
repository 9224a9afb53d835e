import { ListObjectsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3"
import type { Requirement } from "../../../authorization/requirement.ts"
import { operation } from "../../../operation.ts"
import { present } from "../access.ts"
import { bucketArn } from "../arns.ts"
import { ownerOf } from "../buckets/owner.ts"
import { openBucket } from "../buckets/settings.ts"
import { invalidArgument } from "../errors.ts"
import { type ListedObject, listObjects, nextStart, showObject, startAfter, startAfterMarker } from "./objects.ts"
import { type Encode, readEncoding, readMost } from "./parameters.ts"
import { openToken, sealToken } from "./token.ts"
import type { Walked } from "./walk.ts"

interface ListInput {
  Bucket: string
  Prefix?: string | undefined
  Delimiter?: string | undefined
  MaxKeys?: number | undefined
}

/** What lists a bucket, with the keys that policies for folders go by: each is there only where it was sent. */
export const onListing =
  (action: string) =>
  ({ Bucket, Prefix, Delimiter, MaxKeys }: ListInput): Requirement => ({
    action: `s3:${action}`,
    resource: bucketArn(Bucket),
    context: present({ "s3:prefix": Prefix, "s3:delimiter": Delimiter, "s3:max-keys": MaxKeys }),
  })

/** Listings say where their bucket is, whatever endpoint they were asked of (recorded). */
const BUCKET_REGION = "x-amz-bucket-region"

export const ListObjects = operation(ListObjectsCommand, {
  access: onListing("ListBucket"),
  async handle(input, { store, answer }) {
    const { Bucket, Prefix = "", Delimiter = "", Marker = "", EncodingType } = input
    const bucket = await openBucket(store, input)
    answer.headers[BUCKET_REGION] = bucket.region
    const encode = readEncoding(EncodingType)
    const most = readMost(input.MaxKeys)
    const from = Marker === "" ? Buffer.alloc(0) : startAfterMarker(Marker, { prefix: Prefix, delimiter: Delimiter })
    const query = { bucket: Bucket, prefix: Prefix, delimiter: Delimiter, from, most }
    const walked = await store.read((tx) => listObjects(tx, query))
    const last = walked.items.at(-1)
    const owner = ownerOf(bucket.account)
    return {
      Name: Bucket,
      Prefix: encode(Prefix),
      Marker: encode(Marker),
      MaxKeys: most,
      IsTruncated: walked.isTruncated,
      ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType: "url" as const }),
      // S3 API reference, ListObjects: only with a delimiter; without one, the last key is the marker.
      ...(walked.isTruncated &&
        Delimiter !== "" &&
        last && { NextMarker: encode((last.kind === "prefix" ? last.prefix : last.entry.key).toString()) }),
      ...split(walked, encode, () => ({ Owner: owner })),
    }
  },
})

export const ListObjectsV2 = operation(ListObjectsV2Command, {
  access: onListing("ListBucket"),
  async handle(input, { store, answer }) {
    const { Bucket, Prefix = "", Delimiter = "", StartAfter = "", ContinuationToken, EncodingType } = input
    const bucket = await openBucket(store, input)
    answer.headers[BUCKET_REGION] = bucket.region
    const encode = readEncoding(EncodingType)
    const most = readMost(input.MaxKeys)
    const scope = JSON.stringify([Bucket, Prefix, Delimiter])
    if (ContinuationToken === "")
      throw invalidArgument("The continuation token provided is incorrect", "continuation-token")
    const from =
      ContinuationToken !== undefined
        ? openToken(ContinuationToken, scope)
        : StartAfter === ""
          ? Buffer.alloc(0)
          : startAfter(StartAfter, Delimiter)
    const query = { bucket: Bucket, prefix: Prefix, delimiter: Delimiter, from, most }
    const walked = await store.read((tx) => listObjects(tx, query))
    const owner = ownerOf(bucket.account)
    return {
      Name: Bucket,
      Prefix: encode(Prefix),
      MaxKeys: most,
      KeyCount: walked.items.length,
      IsTruncated: walked.isTruncated,
      ...(Delimiter !== "" && { Delimiter: encode(Delimiter) }),
      ...(EncodingType !== undefined && { EncodingType: "url" as const }),
      ...(StartAfter !== "" && { StartAfter: encode(StartAfter) }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(walked.isTruncated && { NextContinuationToken: sealToken(nextStart(walked), scope) }),
      ...split(walked, encode, () => (input.FetchOwner ? { Owner: owner } : {})),
    }
  },
})

/** The items of a page as the two lists that the answer has. */
function split<X extends object>(walked: Walked<ListedObject>, encode: Encode, more: () => X) {
  const contents = walked.items.flatMap((item) =>
    item.kind === "entry" ? [{ Key: encode(item.entry.key.toString()), ...showObject(item.entry), ...more() }] : [],
  )
  const prefixes = walked.items.flatMap((item) =>
    item.kind === "prefix" ? [{ Prefix: encode(item.prefix.toString()) }] : [],
  )
  return {
    ...(contents.length > 0 && { Contents: contents }),
    ...(prefixes.length > 0 && { CommonPrefixes: prefixes }),
  }
}
