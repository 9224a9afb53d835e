import { ACCOUNT_EXECUTIONS } from "../concurrency/account.ts"
import type { FunctionRecord } from "../functions/record.ts"

export type Throttle = "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded"

/** How many invocations are under way, of this process. */
export interface Running {
  /** Takes a place; gives why there is none. Whoever has one calls `leave`. */
  enter(record: FunctionRecord): Throttle | undefined
  leave(record: FunctionRecord): void
}

export function createRunning(): Running {
  const byFunction = new Map<string, number>()
  const byAccount = new Map<string, Map<string, number>>()

  function regionsOf(account: string): Map<string, number> {
    let regions = byAccount.get(account)
    if (!regions) {
      regions = new Map()
      byAccount.set(account, regions)
    }
    return regions
  }

  return {
    enter({ id, account, region, body: { reservedConcurrency } }) {
      const count = byFunction.get(id) ?? 0
      if (reservedConcurrency !== undefined && count >= reservedConcurrency)
        return "ReservedFunctionConcurrentInvocationLimitExceeded"
      const regions = regionsOf(account)
      if ((regions.get(region) ?? 0) >= ACCOUNT_EXECUTIONS) return "ConcurrentInvocationLimitExceeded"
      add(byFunction, id, 1)
      add(regions, region, 1)
      return undefined
    },
    leave({ id, account, region }) {
      add(byFunction, id, -1)
      add(regionsOf(account), region, -1)
    },
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
