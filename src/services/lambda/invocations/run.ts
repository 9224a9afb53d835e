import type { Deps } from "../../../call.ts"
import { keepWarm } from "../concurrency/keep-warm.ts"
import type { Target } from "../functions/runnable.ts"
import type { Ending, Invocation } from "../runtime/runtime.ts"
import type { Throttle } from "./concurrency.ts"
import { engineOf } from "./engine.ts"
import { runnableFunction } from "./runnable-function.ts"

/** There was no place for one more; nothing was run. */
export interface Throttled {
  is: "throttled"
  reason: Throttle
}

/** Runs a version, where there is a place for it. The same way for all who invoke: callers, events, other services. */
export async function run(deps: Deps, target: Target, invocation: Invocation): Promise<Ending | Throttled> {
  const { runtime, running, logs } = engineOf(deps)
  const entered = running.enter(target.record)
  const reason = entered instanceof Promise ? await entered : entered
  if (reason !== undefined) return { is: "throttled", reason }
  try {
    keepWarm(deps, target)
    const ending = await runtime.invoke(runnableFunction(deps, logs, target), invocation)
    // A machine that is full is what an account's limit is elsewhere.
    if (ending.is === "notRun" && ending.reason === "noRoom")
      return { is: "throttled", reason: "ConcurrentInvocationLimitExceeded" }
    return ending
  } finally {
    running.leave(target.record)
  }
}
