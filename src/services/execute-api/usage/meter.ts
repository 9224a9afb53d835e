import { BoundedCache } from "../../../base/bounded-cache.ts"
import type { Deps } from "../../../call.ts"
import type { Reading, Store } from "../../../store/store.ts"
import {
  addUsage,
  dayOf,
  type Metered,
  periodStart,
  readUsage,
  remainingOf,
  type UsagePlan,
} from "../../apigateway/service.ts"

/** Counts the calls of API keys. */
export interface Meter {
  /** Counts a call, or says that the quota of its period is used up. */
  count(plan: UsagePlan, keyId: string): Promise<boolean>
  /** Resolves when all that was counted is kept. */
  settle(): Promise<void>
}

/** What a quota leaves where a node was told so; calls that other nodes have let through since are not in it. */
interface Known {
  remaining: number
  /** Milliseconds since the epoch. */
  askedAt: number
}

interface Counted extends Metered {
  day: string
}

/** So close to the end of a quota each call is counted before it is let through, by all nodes together. */
const EXACT_CALLS = 100
/** Who has used up a quota may have been given more meanwhile, and is looked up again after so long. */
const ASKED_AGAIN_MILLISECONDS = 1_000
const KNOWN_AT_MOST = 20_000

const meters = new WeakMap<Store, Meter>()

export function meterOf(deps: Pick<Deps, "store" | "clock">): Meter {
  const known = meters.get(deps.store)
  if (known) return known
  const made = createMeter(deps)
  meters.set(deps.store, made)
  return made
}

/** What is counted lies in memory until the transaction ends that is under way, and then all of it is kept by the next one. */
function createMeter({ store, clock }: Pick<Deps, "store" | "clock">): Meter {
  const known = new BoundedCache<string, Known>(KNOWN_AT_MOST)
  let pending = new Map<string, Counted & { calls: number }>()
  let flushing: Promise<void> | undefined

  async function flush(): Promise<void> {
    while (pending.size > 0) {
      const taken = [...pending.values()]
      pending = new Map()
      try {
        await store.transact(async (tx) => {
          for (const { day, calls, ...metered } of taken) await addUsage(tx, metered, day, calls)
        })
      } catch {
        // A store that is out of reach is told of by requests that need it. The next call tries again.
        for (const one of taken) add(one, one.calls)
        return
      }
    }
  }

  function add(one: Counted, calls: number): void {
    const key = `${one.planId} ${one.keyId} ${one.day}`
    const before = pending.get(key)
    if (before) before.calls += calls
    else pending.set(key, { ...one, calls })
  }

  function countLater(one: Counted): true {
    add(one, 1)
    flushing ??= flush().finally(() => {
      flushing = undefined
    })
    return true
  }

  /** Counts one where the quota leaves one; says what it leaves then, below zero where there was none. */
  function countExactly(plan: UsagePlan, metered: Metered, now: number): Promise<number> {
    const day = dayOf(now)
    return store.transact(async (tx) => {
      const remaining = await readRemaining(tx, plan, metered, day)
      if (remaining <= 0) return -1
      await addUsage(tx, metered, day, 1)
      return remaining - 1
    })
  }

  return {
    async count(plan, keyId) {
      const metered = { planId: plan.id, keyId }
      const now = clock.now()
      const day = dayOf(now)
      const { quota } = plan
      if (!quota) {
        return countLater({ ...metered, day })
      }
      const key = `${plan.id} ${keyId} ${periodStart(quota.period, day)} ${quota.limit} ${quota.offset}`
      const before = known.find(key)
      if (before && before.remaining <= 0 && now - before.askedAt < ASKED_AGAIN_MILLISECONDS) return false
      if (before && before.remaining > EXACT_CALLS && now - before.askedAt < ASKED_AGAIN_MILLISECONDS) {
        before.remaining--
        return countLater({ ...metered, day })
      }
      // What this node has counted is there before it asks what is left.
      await flushing
      const remaining = await countExactly(plan, metered, now)
      known.put(key, { remaining, askedAt: now })
      return remaining >= 0
    },
    async settle() {
      await flushing
      if (pending.size > 0) await flush()
    },
  }
}

async function readRemaining(
  tx: Reading,
  { quota, createdAt }: UsagePlan,
  metered: Metered,
  day: string,
): Promise<number> {
  const from = periodStart(quota!.period, day)
  const isFirst = periodStart(quota!.period, dayOf(createdAt)) === from
  return remainingOf(quota!, isFirst, await readUsage(tx, metered, from, day))
}
