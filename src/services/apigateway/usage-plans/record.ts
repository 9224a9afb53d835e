import type { Reading, Store } from "../../../store/store.ts"
import { collection } from "../collection.ts"
import type { UsagePlan } from "../settings.ts"

const KIND = "apigateway.usage-plan"

/** Of an account in a region, by their ids, which are unique among all. */
export const usagePlans = collection<UsagePlan>("usage-plan", { cache: { kind: KIND, key: (_, id) => id } })

const load = async (tx: Reading, id: string): Promise<UsagePlan | undefined> =>
  (await usagePlans.readAnywhere(tx, id))?.record

/** A usage plan as it is now; undefined where it is gone. At once where it is in memory. */
export const findUsagePlan = (store: Store, id: string): UsagePlan | undefined | Promise<UsagePlan | undefined> =>
  store.cache(KIND, load).find(id)
