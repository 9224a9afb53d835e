import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** A SAML assertion of 100,000 characters, all of it percent-encoded, and room for the other parameters. */
export const bodyLimits: ServiceLimits = { bytes: 384 * KIB, parts: 1_000 }
