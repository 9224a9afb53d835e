import type { ServiceLimits } from "../../wire/limits.ts"

const MIB = 1024 * 1024

/**
 * A batch of events has 1 MiB (API Reference, PutLogEvents), of which every character may take six bytes of JSON, and 10,000
 * events of two members each.
 */
export const bodyLimits: ServiceLimits = {
  bytes: MIB,
  parts: 5_000,
  operations: { PutLogEvents: { bytes: 7 * MIB, parts: 40_000 } },
}
