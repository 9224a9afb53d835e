import { type BucketLocationConstraint, GetBucketLocationCommand, HeadBucketCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { onBucket } from "../access.ts"
import { bucketArn } from "../arns.ts"
import { openBucket } from "./settings.ts"

export const HeadBucket = operation(HeadBucketCommand, {
  access: onBucket("ListBucket"),
  async handle(input, { store, answer }) {
    const { name, region } = await openBucket(store, input)
    // Recorded, though there is no body.
    answer.headers["content-type"] = "application/xml"
    return { BucketRegion: region, AccessPointAlias: false, BucketArn: bucketArn(name) }
  },
})

export const GetBucketLocation = operation(GetBucketLocationCommand, {
  access: onBucket("GetBucketLocation"),
  async handle(input, { store }) {
    const { region } = await openBucket(store, input)
    return region === "us-east-1" ? {} : { LocationConstraint: region as BucketLocationConstraint }
  },
})
