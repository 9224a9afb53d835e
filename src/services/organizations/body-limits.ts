import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** A page's token and a policy's content are the longest texts: 100,000 characters. */
export const bodyLimits: ServiceLimits = { bytes: 256 * KIB, parts: 5_000 }
