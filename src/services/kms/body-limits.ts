import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** A key policy is the longest text: 128 KiB as it stands, 32 KiB of it kept. An encryption context has 8 KiB. */
export const bodyLimits: ServiceLimits = { bytes: 512 * KIB, parts: 5_000 }
