import { BoundedCache } from "../../../base/bounded-cache.ts"
import { type Budget, createBudget } from "../../../base/budget.ts"
import type { Clock } from "../../../base/clock.ts"
import type { Store } from "../../../store/store.ts"

/** Requests a second, and at once. */
export interface Rates {
  rateLimit?: number | undefined
  burstLimit?: number | undefined
}

/** Of an account: what is asked for beyond is for AWS to grant (Developer Guide, "API Gateway quotas"). */
const ACCOUNT = { rateLimit: 10_000, burstLimit: 5_000 }

/** Buckets that are told apart; of more, those are full again that were not asked for the longest. */
const BUCKETS_AT_MOST = 20_000

const buckets = new WeakMap<Store, BoundedCache<string, Budget>>()

/**
 * Takes a token of a bucket, or says that it is empty. Each node has its own (AWS: "limits are targets, not ceilings"). Where
 * neither limit is set nothing is counted; a negative one is none.
 */
export function mayPass(deps: { store: Store; clock: Clock }, whose: string, rates: Rates | undefined): boolean {
  const rateLimit = limitOf(rates?.rateLimit)
  const burstLimit = limitOf(rates?.burstLimit)
  if (rateLimit === undefined && burstLimit === undefined) return true
  const { rateLimit: perSecond, burstLimit: most } = {
    rateLimit: rateLimit ?? ACCOUNT.rateLimit,
    burstLimit: burstLimit ?? ACCOUNT.burstLimit,
  }
  let all = buckets.get(deps.store)
  if (!all) {
    all = new BoundedCache(BUCKETS_AT_MOST)
    buckets.set(deps.store, all)
  }
  const key = `${whose} ${perSecond} ${most}`
  const bucket = all.find(key) ?? createBudget(deps.clock, { perSecond, most })
  all.put(key, bucket)
  return bucket.spend(1)
}

const limitOf = (limit: number | undefined): number | undefined =>
  limit === undefined || limit < 0 ? undefined : limit
