import { createHash } from "node:crypto"
import { WireError } from "../../../wire/errors.ts"
import { accessDenied } from "../errors.ts"
import type { Bucket } from "./record.ts"

/** The canonical user id of an account: 64 hexadecimal digits that do not tell the account's number. */
export const canonicalUserId = (account: string): string =>
  createHash("sha256").update(`hallpass canonical user ${account}`).digest("hex")

/** `Owner` in listings and ACLs. AWS stopped sending `DisplayName` in 2025. */
export const ownerOf = (account: string): { ID: string } => ({ ID: canonicalUserId(account) })

/** `x-amz-expected-bucket-owner` and its like of copy sources: recorded texts. */
export function assertExpectedOwner(bucket: Bucket, expected: string | undefined): void {
  if (expected === undefined || expected === bucket.account) return
  if (!/^\d{12}$/.test(expected))
    throw new WireError(
      "InvalidBucketOwnerAWSAccountID",
      `The value of the expected bucket owner parameter must be an AWS Account ID... [${expected}]`,
    )
  throw accessDenied()
}
