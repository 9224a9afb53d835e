import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024
const MIB = 1024 * KIB

/**
 * API Reference: a record has 10 MiB at most, a PutRecords 500 of them with 10 MiB together, which base64 makes a third longer;
 * beside them stand partition keys, of which JSON may write one byte as six.
 */
export const bodyLimits: ServiceLimits = {
  bytes: 128 * KIB,
  parts: 2_000,
  operations: {
    PutRecord: { bytes: 14 * MIB, parts: 64 },
    PutRecords: { bytes: 15 * MIB, parts: 4_000 },
  },
}
