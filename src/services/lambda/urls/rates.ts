import type { RateCategory } from "../../../service.ts"
import { calledTooOften } from "../errors.ts"

export const INVOKE_BY_URL = "InvokeFunctionUrl"

/**
 * Of URLs that ask for no signature (`AuthType` NONE). Developer Guide, "Lambda quotas": ten calls a second for each of the
 * 1,000 executions that an account may have at once. Here all addresses together have them, and an address a tenth, for long.
 */
export const rates: readonly RateCategory[] = [
  {
    name: "unsigned calls of function URLs",
    operations: [INVOKE_BY_URL],
    each: { perSecond: 1_000, atOnce: 10_000 },
    all: { perSecond: 10_000, atOnce: 100_000 },
    refusal: calledTooOften,
  },
]
