import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** Of documents; objects have limits of their own. What is not in AWS's documents is far beyond what they describe. */
export const bodyLimits: ServiceLimits = {
  bytes: 128 * KIB,
  parts: 10_000,
  operations: {
    // User guide: up to 1,000 rules.
    PutBucketLifecycleConfiguration: { bytes: 2048 * KIB, parts: 64_000 },
    // User guide: up to 1,000 rules, up to 2 MB.
    PutBucketReplication: { bytes: 2048 * KIB, parts: 64_000 },
    // 1,000 keys of 1,024 bytes each, with versions and ETags.
    DeleteObjects: { bytes: 2048 * KIB, parts: 20_000 },
    // 10,000 parts, each with an ETag and a checksum.
    CompleteMultipartUpload: { bytes: 4096 * KIB, parts: 150_000 },
  },
}
