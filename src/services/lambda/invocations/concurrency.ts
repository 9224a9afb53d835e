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
  const counts = new Map<string, number>()
  const add = (key: string, change: number) => {
    const count = (counts.get(key) ?? 0) + change
    if (count === 0) counts.delete(key)
    else counts.set(key, count)
  }
  const accountOf = ({ account, region }: FunctionRecord) => `${account}/${region}`
  return {
    enter(record) {
      const { reservedConcurrency } = record.body
      if (reservedConcurrency !== undefined && (counts.get(record.id) ?? 0) >= reservedConcurrency)
        return "ReservedFunctionConcurrentInvocationLimitExceeded"
      if ((counts.get(accountOf(record)) ?? 0) >= ACCOUNT_EXECUTIONS) return "ConcurrentInvocationLimitExceeded"
      add(record.id, 1)
      add(accountOf(record), 1)
      return undefined
    },
    leave(record) {
      add(record.id, -1)
      add(accountOf(record), -1)
    },
  }
}
