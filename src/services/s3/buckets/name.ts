import { WireError } from "../../../wire/errors.ts"

/** S3 user guide, "General purpose bucket naming rules". */
const RESERVED_PREFIXES = ["xn--", "sthree-", "amzn-s3-demo-"]
const RESERVED_SUFFIXES = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix))
  )
}

export function assertBucketName(BucketName: string): void {
  if (!isBucketName(BucketName))
    throw new WireError("InvalidBucketName", "The specified bucket is not valid.", { members: { BucketName } })
}
