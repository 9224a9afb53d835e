import type { ServiceLimits } from "../../wire/limits.ts"

const KIB = 1024

/** Ten logins of 50,000 characters each, and room for what is round them. */
export const bodyLimits: ServiceLimits = {
  bytes: 640 * KIB,
  parts: 2_000,
  // Up to 25 rules for each provider, and no limit of AWS's for how many providers there are.
  operations: { SetIdentityPoolRoles: { parts: 10_000 } },
}
