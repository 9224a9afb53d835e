import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** Developer Guide, "Lambda quotas": a request has 70,167,211 bytes at most where it carries code, and an invocation 6 MB. */
export const bodyLimits: ServiceLimits = { bytes: 256 * KIB, parts: 5_000 }
