import { setImmediate as nextTurn } from "node:timers/promises"
import { ListBucketsCommand } from "@aws-sdk/client-s3"
import { operation } from "../../../operation.ts"
import type { Store } from "../../../store/store.ts"
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
    // S3 API reference, `Bucket`: region and ARN come where the request has at least one parameter.
    const isDetailed = [Prefix || undefined, BucketRegion, MaxBuckets, ContinuationToken].some((x) => x !== undefined)
    const most = MaxBuckets ?? MOST
    const found = await listBuckets(store, { account, prefix: Prefix, region: BucketRegion, after, most })
    const page = found.slice(0, most)
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

interface Wanted {
  account: string
  prefix: string
  region: string | undefined
  after: string
  most: number
}

const AT_ONCE = 1_000

/** One more than wanted, where there is one. An account may have ten thousand: they are read in several turns. */
async function listBuckets(store: Store, wanted: Wanted): Promise<{ name: string; settings: BucketSettings }[]> {
  const { account, prefix, region, most } = wanted
  const found: { name: string; settings: BucketSettings }[] = []
  let { after } = wanted
  for (;;) {
    const rows = await store.read((tx) =>
      tx.all<{ name: string; body: string }>(
        `SELECT name, body FROM s3_buckets
         WHERE account = $1 AND name > $2 AND name >= $3 AND name < $4 ORDER BY name LIMIT $5`,
        account,
        after,
        prefix,
        // The names of buckets are ASCII: nothing that begins with the prefix sorts after this.
        `${prefix}\u{10ffff}`,
        Math.min(AT_ONCE, most + 1),
      ),
    )
    for (const { name, body } of rows) {
      const settings = JSON.parse(body) as BucketSettings
      if (region === undefined || settings.region === region) found.push({ name, settings })
    }
    const last = rows.at(-1)
    if (found.length > most || !last || rows.length < Math.min(AT_ONCE, most + 1)) return found
    after = last.name
    await nextTurn()
  }
}
