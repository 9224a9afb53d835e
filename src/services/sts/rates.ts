import type { RateCategory } from "../../service.ts"
import { throttled } from "./errors.ts"

/**
 * Of what nobody signs: each call has a signature of somebody else's looked at, and may ask a provider for its keys. IAM User
 * Guide, "IAM and AWS STS quotas": 600 calls a second of STS for an account. Here all addresses together have them, and an
 * address a tenth, for long.
 */
export const rates: readonly RateCategory[] = [
  {
    name: "unsigned calls of STS",
    operations: ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"],
    each: { perSecond: 60, atOnce: 600 },
    all: { perSecond: 600, atOnce: 6_000 },
    refusal: throttled,
  },
]
