import type { RateCategory } from "../../service.ts"
import { refused } from "./gateway-responses/refusal.ts"

export const INVOKE_OPERATION = "Invoke"

/**
 * Of methods that ask for no signature. Developer Guide, "API Gateway quotas": 10,000 requests a second for each account. Here
 * all addresses together have them, and an address a tenth, for long.
 */
export const rates: readonly RateCategory[] = [
  {
    name: "unsigned calls of APIs",
    operations: [INVOKE_OPERATION],
    each: { perSecond: 1_000, atOnce: 10_000 },
    all: { perSecond: 10_000, atOnce: 100_000 },
    refusal: (because) => refused("THROTTLED", { because }),
  },
]
