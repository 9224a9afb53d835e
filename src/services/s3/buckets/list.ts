import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import { bucketArn } from "../arns.ts"
import { invalidArgument } from "../errors.ts"
import { openToken, sealToken } from "../listing/token.ts"
import { isRegion } from "./location.ts"
import { ownerOf } from "./owner.ts"
import type { BucketSettings } from "./record.ts"

const MOST = 10_000

export const ListBuckets = operation(ListBucketsCommand, {
  access: () => ({ action: "s3:ListAllMyBuckets", resource: "*" }),
  async handle(input, { store, account }) {
    const { Prefix = "", BucketRegion, MaxBuckets, ContinuationToken } = input
    if (BucketRegion !== undefined && !isRegion(BucketRegion))
      throw invalidArgument(`Argument value ${BucketRegion} is not a valid AWS Region`, "bucket-region")
    if (MaxBuckets !== undefined && !(MaxBuckets >= 1 && MaxBuckets <= MOST))
      throw invalidArgument(
        `Argument max-buckets must be an integer between 1 and ${MOST}`,
        "max-buckets",
        String(MaxBuckets),
      )
    const after = ContinuationToken === undefined ? "" : openToken(ContinuationToken, account).toString()
    // No bucket's name begins with what a text column cannot hold.
    if (Prefix.includes("\0")) return { Buckets: [], Owner: ownerOf(account), Prefix }
    const rows = await store.read((tx) =>
      tx.all<{ name: string; body: string }>(
        "SELECT name, body FROM s3_buckets WHERE account = $1 AND name > $2 AND name >= $3 AND name < $4 ORDER BY name",
        account,
        after,
        Prefix,
        // The names of buckets are ASCII: nothing that begins with the prefix sorts after this.
        `${Prefix}\u{10ffff}`,
      ),
    )
    // S3 API reference, `Bucket`: region and ARN come where the request has at least one parameter.
    const isDetailed = [Prefix || undefined, BucketRegion, MaxBuckets, ContinuationToken].some((x) => x !== undefined)
    const found = rows
      .map(({ name, body }) => ({ name, settings: JSON.parse(body) as BucketSettings }))
      .filter(({ settings }) => BucketRegion === undefined || settings.region === BucketRegion)
    const page = found.slice(0, MaxBuckets ?? MOST)
    return {
      Buckets: page.map(({ name, settings }) => ({
        Name: name,
        CreationDate: new Date(settings.created),
        ...(isDetailed && { BucketRegion: settings.region, BucketArn: bucketArn(name) }),
      })),
      Owner: ownerOf(account),
      ...(input.Prefix !== undefined && { Prefix: input.Prefix }),
      ...(found.length > page.length && { ContinuationToken: sealToken(page.at(-1)!.name, account) }),
    }
  },
})
