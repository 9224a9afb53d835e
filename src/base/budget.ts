import type { Clock } from "./clock.ts"

/** How much may be spent: so much in a second, and as much as was saved up until then. */
export interface Budget {
  /** Spends it, or says that there is not so much. */
  spend(amount: number): boolean
  isSpent(): boolean
}

export function createBudget(clock: Clock, { perSecond, most }: { perSecond: number; most: number }): Budget {
  let left = most
  let since = clock.now()
  const refill = () => {
    const now = clock.now()
    left = Math.min(most, left + (Math.max(0, now - since) / 1_000) * perSecond)
    since = now
  }
  return {
    spend(amount) {
      refill()
      if (amount > left) return false
      left -= amount
      return true
    },
    isSpent() {
      refill()
      return left < 1
    },
  }
}
