import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** Developer Guide, "Quotas": a dataset has 1 MB and 1,024 records of six members each; JSON may write one byte as six. */
export const bodyLimits: ServiceLimits = {
  bytes: 64 * KIB,
  parts: 1_000,
  operations: { UpdateRecords: { bytes: 7 * 1024 * KIB, parts: 8_000 } },
}
