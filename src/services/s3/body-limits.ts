import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/**
 * Of documents; objects have limits of their own. What is not in AWS's documents is far beyond what they describe. A tag
 * that ends an element counts as well.
 */
export const bodyLimits: ServiceLimits = {
  bytes: 128 * KIB,
  parts: 4_000,
  operations: {
    // User guide: up to 50 tags. They are condition keys, so they are read before it is known who may.
    PutBucketTagging: { parts: 1_000 },
    PutObjectTagging: { parts: 1_000 },
    // User guide: up to 100 rules, up to 64 KB.
    PutBucketCors: { parts: 10_000 },
    // User guide: up to 1,000 rules.
    PutBucketLifecycleConfiguration: { bytes: 2048 * KIB, parts: 64_000 },
    // User guide: up to 1,000 rules, up to 2 MB.
    PutBucketReplication: { bytes: 2048 * KIB, parts: 64_000 },
    // 1,000 keys of 1,024 bytes each, with versions, ETags, dates and sizes.
    DeleteObjects: { bytes: 2048 * KIB, parts: 12_500 },
    // 10,000 parts, each with an ETag and a checksum.
    CompleteMultipartUpload: { bytes: 4096 * KIB, parts: 85_000 },
  },
}
