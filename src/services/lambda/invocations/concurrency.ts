import { ACCOUNT_EXECUTIONS } from "../concurrency/account.ts"
import type { FunctionRecord } from "../functions/record.ts"
import type { Reservations } from "./reservations.ts"

export type Throttle = "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded"

/** How many invocations are under way: of this process, and of functions that reserve some, of all that share its store. */
export interface Running {
  /** Takes a place; gives why there is none. Whoever has one calls `leave`. At once but where others have to be asked. */
  enter(record: FunctionRecord): Throttle | undefined | Promise<Throttle | undefined>
  leave(record: FunctionRecord): void
}

/** Without `reservations`, no other process runs the functions. */
export function createRunning(reservations?: Pick<Reservations, "take" | "give">): Running {
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

  function count({ id, account, region }: FunctionRecord, change: number): void {
    add(byFunction, id, change)
    add(regionsOf(account), region, change)
  }

  async function enterShared(record: FunctionRecord, taken: Promise<boolean>): Promise<Throttle | undefined> {
    let isIn = false
    try {
      isIn = await taken
    } finally {
      if (!isIn) count(record, -1)
    }
    return isIn ? undefined : RESERVED
  }

  return {
    enter(record) {
      const { id, account, region } = record
      const reserved = record.body.reservedConcurrency
      if (reserved !== undefined && (byFunction.get(id) ?? 0) >= reserved) return RESERVED
      if ((regionsOf(account).get(region) ?? 0) >= ACCOUNT_EXECUTIONS) return "ConcurrentInvocationLimitExceeded"
      count(record, 1)
      if (reserved === undefined || !reservations) return undefined
      const taken = reservations.take(id, reserved)
      if (taken instanceof Promise) return enterShared(record, taken)
      if (taken) return undefined
      count(record, -1)
      return RESERVED
    },
    leave(record) {
      count(record, -1)
      // The record of an invocation is the same at its end.
      if (record.body.reservedConcurrency !== undefined) reservations?.give(record.id)
    },
  }
}

const RESERVED: Throttle = "ReservedFunctionConcurrentInvocationLimitExceeded"

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}
