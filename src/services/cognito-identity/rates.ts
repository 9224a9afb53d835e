import type { RateCategory } from "../../service.ts"

/**
 * Of what nobody signs. Developer Guide, "Quotas in Amazon Cognito": 25 calls a second of GetId and 200 of each of the others
 * for all pools of an account. A guest's GetId leaves an identity behind: see the rates of user pools.
 */
export const rates: readonly RateCategory[] = [
  {
    name: "GetId",
    operations: ["GetId"],
    each: { perSecond: 2.5, atOnce: 500 },
    all: { perSecond: 25, atOnce: 2_500 },
  },
  { name: "GetOpenIdToken", operations: ["GetOpenIdToken"], each: { perSecond: 200, atOnce: 2_000 } },
  {
    name: "GetCredentialsForIdentity",
    operations: ["GetCredentialsForIdentity"],
    each: { perSecond: 200, atOnce: 2_000 },
  },
]
