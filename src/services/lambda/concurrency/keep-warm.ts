import type { Deps } from "../../../call.ts"
import type { Runnable, Target } from "../functions/runnable.ts"
import { engineOf } from "../invocations/engine.ts"
import { runnableFunction } from "../invocations/runnable-function.ts"
import { findWarmth, type Warmth } from "./provisioned-record.ts"

/** What this process keeps ready, and how many of it. */
const kept = new WeakMap<Runnable, number>()

/**
 * One node makes ready what is provisioned, when it is asked for. Each other one does as soon as it invokes the function:
 * from then on as many are ready there too.
 */
export function keepWarm(deps: Deps, target: Target): void {
  const found = findWarmth(deps.store, target.record.id)
  if (found instanceof Promise)
    void found.then(
      (warmth) => keep(deps, target, warmth),
      () => {},
    )
  else keep(deps, target, found)
}

function keep(deps: Deps, target: Target, warmth: Warmth | undefined): void {
  const wanted = warmth?.get(target.version) ?? 0
  const before = kept.get(target.runnable) ?? 0
  if (wanted === before) return
  kept.set(target.runnable, wanted)
  const { runtime, logs } = engineOf(deps)
  const warm = { ...runnableFunction(deps, logs, target), initializationType: "provisioned-concurrency" as const }
  // What fails here is told by the node that writes down how far it is.
  runtime.provision(warm, wanted).catch(() => kept.delete(target.runnable))
}
